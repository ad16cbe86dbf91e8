# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (client), Kamailio 5.6 (registrar)"
happened="The client answers the registrar's challenge with good credentials and the CSeq of the first REGISTER; the registrar takes it."
say="The retry should have had the next CSeq."
healthy=false
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    kamailio_start proxy 'TARGET="10.77.0.20"' 'PASSWORD="secret"' 'PEER="10.77.0.20"' </dev/null
    capture
    sipp_client caller 10.77.0.2 uac-challenged.xml RURI=sip:10.77.0.2 TO=sip:alice@10.77.0.2 FROM=sip:alice@10.77.0.2 CSEQ=1 \
        'CREDENTIALS=[authentication username=alice password=secret]'
}
expect() {
    expect_rule retry-without-new-cseq warning confirmed 10.77.0.10 '*.10>*.2:REGISTER' '*.10>*.2:REGISTER#2'
}
