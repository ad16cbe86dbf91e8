# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (both hosts)"
happened="A client registers six times within three seconds; each time the registrar grants an hour."
say="The client registers far sooner than it has to."
healthy=false
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    sipp_server callee uas-request.xml METHOD=REGISTER "EXTRA=Contact: <sip:bob@10.77.0.10:5060>;expires=3600"
    capture
    sipp_run caller -sf "$(scenario caller uac-request.xml METHOD=REGISTER RURI=sip:example.test FROM=sip:bob@example.test)" \
        -p 5060 -r 1 -rp 500 -m 6 -timeout 20s 10.77.0.20 || true
}
expect() {
    expect_rule registration-flapping warning confirmed 10.77.0.10 '*.20>*.10:200/REGISTER' '*.10>*.20:REGISTER#-1' '*.20>*.10:200/REGISTER#-1'
}
