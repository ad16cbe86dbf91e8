# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (client, callee), Kamailio 5.6 (registrar, proxy)"
happened="REGISTER, MESSAGE and OPTIONS; no call at all."
say="Nothing is wrong."
healthy=true
extension=pcapng
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    host callee 10.77.0.20
    sipp_server callee uas-request.xml METHOD=MESSAGE
    kamailio_start proxy 'TARGET="10.77.0.20"' </dev/null
    capture
    sipp_client caller 10.77.0.2 uac-request.xml METHOD=REGISTER RURI=sip:10.77.0.2 TO=sip:alice@10.77.0.2 FROM=sip:alice@10.77.0.2
    sipp_client caller 10.77.0.2 uac-message.xml
    sipp_client caller 10.77.0.2 uac-request.xml METHOD=OPTIONS RURI=sip:ping@10.77.0.2 TO=sip:ping@10.77.0.2
}
