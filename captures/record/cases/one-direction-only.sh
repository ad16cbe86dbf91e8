# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee)"
happened="A healthy call, but the capture has only what the caller sends (a mirror of one direction)."
say="Nothing is wrong with the call as far as can be seen; no response is in sight because the capture shows one direction only."
healthy=true
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    sipp_server callee uas.xml
    FILTER="src host 10.77.0.10" capture
    sipp_client caller 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20
}
