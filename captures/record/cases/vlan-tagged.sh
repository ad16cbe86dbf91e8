# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee)"
happened="A healthy call on an 802.1Q trunk (VLAN 5)."
say="The call is healthy."
healthy=true
record() {
    host caller 10.77.0.10
    trunk callee 10.77.0.20
    sipp_server callee uas.xml
    FILTER="" capture hub trunk
    sipp_client caller 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20
}
