# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee)"
slow=true
happened="Caller and callee agree on a session of 90 s, which the caller is to refresh. It does not, and the callee hangs up 60 s after its answer."
say="The session expired, because the caller did not refresh it."
healthy=false
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    sipp_server callee uas-hangs-up.xml HOLD_MS=60000 'EXTRA=Session-Expires: 90;refresher=uac'
    capture
    sipp_client caller 10.77.0.20 uac-refresh.xml RURI=sip:bob@10.77.0.20 WAIT_MS=80000 'EXTRA=Supported: timer' 'EXTRA2=Session-Expires: 90'
}
expect() {
    expect_rule session-expired error confirmed 10.77.0.10 '*.20>*.10:200/INVITE' '*.20>*.10:BYE'
}
