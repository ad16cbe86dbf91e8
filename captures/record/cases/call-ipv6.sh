# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee)"
happened="A call over IPv6."
say="The call is healthy."
healthy=true
record() {
    WITH_IPV6=1
    host caller fd77::10
    host callee fd77::20
    sipp_server callee uas.xml
    capture
    sipp_client caller "[fd77::20]" uac.xml "RURI=sip:bob@[remote_ip]"
}
