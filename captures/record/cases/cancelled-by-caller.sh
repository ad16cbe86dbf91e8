# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee)"
happened="The caller gives up while it rings: CANCEL, 200, 487, ACK. Recorded on the any device with the old cooked header (SLL)."
say="The caller cancelled; the 487 is the consequence, not a fault."
healthy=true
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    sipp_server callee uas-cancelled.xml
    capture callee any -y LINUX_SLL
    sipp_client caller 10.77.0.20 uac-cancel.xml PROGRESS=180 RURI=sip:bob@10.77.0.20
}
