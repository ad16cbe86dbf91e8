# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (client, registrar)"
happened="The registrar sends 100 at once over UDP, and 200 after it."
say="A 100 to a REGISTER that comes too soon: a note."
healthy=true
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    sipp_server callee uas-request-trying.xml METHOD=REGISTER "EXTRA=Contact: <sip:alice@10.77.0.10>;expires=600"
    capture
    sipp_client caller 10.77.0.20 uac-request.xml METHOD=REGISTER RURI=sip:10.77.0.20 TO=sip:alice@example.test
}
expect() {
    expect_rule provisional-to-non-invite note confirmed 10.77.0.20 '*.10>*.20:REGISTER' '*.20>*.10:100/REGISTER'
}
