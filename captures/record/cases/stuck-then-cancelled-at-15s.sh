# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee), Kamailio 5.6 (proxy)"
happened="The callee sends 100 and nothing more; the caller cancels after 15 s and gets 487."
say="It was stuck on 100 past 8 s and the caller ended the wait at 15 s; the 487 is a consequence."
healthy=false
slow=true
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    host callee 10.77.0.20
    sipp_server callee uas-cancelled.xml "FIRST=100 Trying" 'SECOND_VIA=Via:[$3]'
    kamailio_start proxy 'TARGET="10.77.0.20"' </dev/null
    capture
    sipp_client caller 10.77.0.2 uac-cancel.xml PROGRESS=100 WAIT_MS=15000
}
expect() {
    expect_rule stuck-on-trying warning resolved 10.77.0.20 '*.10>*.2:INVITE' '*.20>*.2:100/INVITE' '*.10>*.2:CANCEL'
}
