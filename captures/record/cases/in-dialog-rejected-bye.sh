# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee), Kamailio 5.6 (proxy)"
happened="The callee has forgotten the call when the caller hangs up through the proxy: it answers the BYE with 481."
say="The BYE was refused by the callee, for which the call no longer exists."
healthy=false
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    host callee 10.77.0.20
    sipp_server callee uas.xml "BYE_STATUS=481 Call/Transaction Does Not Exist"
    kamailio_start proxy 'TARGET="10.77.0.20"' </dev/null
    capture
    sipp_client caller 10.77.0.2 uac.xml TALK_MS=3000
}
expect() {
    expect_rule in-dialog-rejected warning confirmed 10.77.0.20 '*.10>*.2:BYE' '*.20>*.2:481/BYE' '*.2>*.10:481/BYE'
}
