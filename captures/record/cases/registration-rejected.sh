# shellcheck shell=bash disable=SC2034,SC2016
stacks="baresip 1.0 (client), SIPp 3.6 (registrar)"
happened="The registrar does not know the address of record and answers the REGISTER with 404."
say="The registration was rejected."
healthy=false
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    sipp_server callee uas-request.xml METHOD=REGISTER "STATUS=404 Not Found"
    capture
    baresip_run caller 3 "<sip:alice@10.77.0.20>;regint=600"
}
expect() {
    expect_rule registration-rejected error confirmed 10.77.0.20 '*.10>*.20:REGISTER' '*.20>*.10:404/REGISTER'
}
