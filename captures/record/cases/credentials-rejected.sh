# shellcheck shell=bash disable=SC2034,SC2016
stacks="baresip 1.0 (client), Kamailio 5.6 (registrar)"
happened="The phone registers with a wrong password: its credentials are answered with a second 401."
say="The registrar rejected the credentials of alice."
healthy=false
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    kamailio_start proxy 'TARGET="10.77.0.20"' 'PASSWORD="secret"' 'PEER="10.77.0.20"' </dev/null
    capture
    baresip_run caller 3 "<sip:alice@10.77.0.2>;auth_pass=wrong;regint=600"
}
expect() {
    expect_rule credentials-rejected error confirmed - '*.2>*.10:401/REGISTER' '*.2>*.10:401/REGISTER#2'
}
