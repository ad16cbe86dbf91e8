# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee)"
happened="A call straight from caller to callee: rung, answered, released. Nanosecond timestamps."
say="The call is healthy."
healthy=true
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    sipp_server callee uas.xml
    capture hub br0 --time-stamp-precision=nano
    sipp_client caller 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20
}
