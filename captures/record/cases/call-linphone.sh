# shellcheck shell=bash disable=SC2034,SC2016
stacks="linphone 5.1 (caller), Kamailio 5.6 (proxy), SIPp 3.6 (callee)"
happened="A call by linphone through a proxy."
say="The call is healthy."
healthy=true
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    host callee 10.77.0.20
    sipp_server callee uas.xml
    kamailio_start proxy 'TARGET="10.77.0.20"' </dev/null
    capture
    linphone_run caller +1 "call sip:bob@10.77.0.2" +3 "terminate" +1 "quit"
}
