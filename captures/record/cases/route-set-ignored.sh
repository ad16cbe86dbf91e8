# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee), Kamailio 5.6 (proxy)"
happened="The proxy Record-Routes; the caller's ACK and BYE come to it without Route. It passes the ACK on, and refuses the BYE with 481."
say="The caller ignores the route set, and its BYE fails because of that."
healthy=false
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    host callee 10.77.0.20
    sipp_server callee uas.xml
    kamailio_start proxy 'TARGET="10.77.0.20"' </dev/null
    capture
    sipp_client caller 10.77.0.2 uac.xml ROUTES=
}
expect() {
    expect_rule route-set-ignored warning confirmed 10.77.0.10 '*.2>*.10:200/INVITE' '*.10>*.2:ACK'
    expect_rule in-dialog-rejected warning confirmed 10.77.0.2 '*.10>*.2:BYE' '*.2>*.10:481/BYE'
}
