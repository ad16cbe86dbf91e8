# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee), Kamailio 5.6 (proxy)"
happened="The capture ends five seconds after the 100."
say="Nothing is known yet: at most a note that the capture ends too early."
healthy=true
extension=pcapng
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    host callee 10.77.0.20
    sipp_server callee uas-trying.xml
    kamailio_start proxy 'TARGET="10.77.0.20"' </dev/null
    capture
    pings caller 10.77.0.2 1000
    sipp_client caller 10.77.0.2 uac.xml &
    sleep 5
}
expect() {
    OPTIONAL=1 expect_rule stuck-on-trying note inconclusive - '*.2>*.10:100/INVITE'
}
