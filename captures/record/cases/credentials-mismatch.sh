# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (client), Kamailio 5.6 (registrar)"
happened="The client answers the registrar's challenge with credentials for another realm, and is challenged again."
say="The credentials are not for the realm that was asked for."
healthy=false
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    kamailio_start proxy 'TARGET="10.77.0.20"' 'PASSWORD="secret"' 'PEER="10.77.0.20"' </dev/null
    capture
    sipp_client caller 10.77.0.2 uac-challenged.xml RURI=sip:10.77.0.2 TO=sip:alice@10.77.0.2 FROM=sip:alice@10.77.0.2 CSEQ=2 \
        'CREDENTIALS=Authorization: Digest username="alice", realm="elsewhere.test", nonce="0123456789", uri="sip:10.77.0.2", response="00112233445566778899aabbccddeeff"'
}
expect() {
    expect_rule credentials-mismatch warning confirmed 10.77.0.10 '*.2>*.10:401/REGISTER' '*.10>*.2:REGISTER#2'
}
