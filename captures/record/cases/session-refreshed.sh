# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee)"
slow=true
happened="Caller and callee agree on a session of 90 s. The caller refreshes it by UPDATE after 45 s, and the callee hangs up 15 s later: 60 s after its answer, when it would have, had the session expired."
say="The call is healthy: the session was refreshed."
healthy=true
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    sipp_server callee uas-hangs-up.xml HOLD_MS=80000 TALK_MS=15000 'EXTRA=Session-Expires: 90;refresher=uac'
    capture
    sipp_client caller 10.77.0.20 uac-refresh.xml RURI=sip:bob@10.77.0.20 WAIT_MS=45000 'EXTRA=Supported: timer' 'EXTRA2=Session-Expires: 90;refresher=uac'
}
