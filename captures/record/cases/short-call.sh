# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee)"
happened="Two calls, each released by the caller half a second after the answer. In the first its BYE gives a Reason: Q.850 cause 47, resource unavailable. In the second it gives none."
say="The first call was short because the caller lacked resources. Of the second nothing is to be said: callers hang up."
healthy=false
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    sipp_server callee uas.xml
    capture
    sipp_client caller 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20 TALK_MS=500 'BYE_EXTRA=Reason: Q.850;cause=47;text="Resource unavailable"'
    sipp_client caller 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20 TALK_MS=500
}
expect() {
    expect_rule short-call note confirmed 10.77.0.10 '*.20>*.10:200/INVITE' '*.10>*.20:BYE'
}
