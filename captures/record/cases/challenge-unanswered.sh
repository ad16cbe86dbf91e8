# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (client, bystanders), Kamailio 5.6 (registrar)"
happened="A REGISTER is challenged with 401; the client has no password and lets the matter rest, while other traffic goes on."
say="The challenge was never answered."
healthy=false
slow=true
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    host third 10.77.0.40
    kamailio_start proxy 'TARGET="10.77.0.20"' 'PASSWORD="secret"' 'PEER="10.77.0.20"' </dev/null
    answer_pings third
    capture
    pings caller 10.77.0.40:5090
    sipp_client caller 10.77.0.2 uac-request.xml METHOD=REGISTER RURI=sip:10.77.0.2 TO=sip:alice@10.77.0.2 FROM=sip:alice@10.77.0.2
    sleep 37
}
expect() {
    expect_rule challenge-unanswered warning confirmed 10.77.0.10 '*.2>*.10:401/REGISTER'
}
