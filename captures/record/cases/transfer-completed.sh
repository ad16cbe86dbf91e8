# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, target), baresip 1.0 (callee)"
happened="The caller asks the callee by REFER to call somebody else, who answers: the callee reports that by NOTIFY, and the caller hangs up."
say="The transfer succeeded; both calls are healthy."
healthy=true
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    host target 10.77.0.30
    sipp_server target uas.xml
    baresip_start callee 6 "<sip:bob@10.77.0.20>;regint=0;answermode=auto;audio_codecs=pcma"
    capture
    sipp_client caller 10.77.0.20 uac-refer.xml RURI=sip:bob@10.77.0.20
    sleep 3
}
