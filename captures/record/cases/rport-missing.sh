# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (phones), Kamailio 5.6 (server)"
happened="Two phones behind NAT ask the server: their Vias name addresses of their own networks. The first does not send rport: the server answers to the port in the Via, which the NAT does not know, so that nothing arrives. The second sends rport, and is answered."
say="The first phone lacks rport, and so the server's answers do not reach it. The second does nothing wrong."
healthy=false
record() {
    host phone 10.77.0.10
    host other 10.77.0.11
    host proxy 10.77.0.2
    kamailio_start proxy </dev/null
    swallow phone udp dport 5062
    capture
    sipp_client other 10.77.0.2 uac-request.xml METHOD=OPTIONS RURI=sip:ping@10.77.0.2 TO=sip:ping@10.77.0.2 SENT_BY=192.168.1.11:5062
    sipp_client phone 10.77.0.2 uac-request.xml METHOD=OPTIONS RURI=sip:ping@10.77.0.2 TO=sip:ping@10.77.0.2 SENT_BY=192.168.1.10:5062 RPORT= &
    sleep 9
}
expect() {
    expect_rule rport-missing warning confirmed 10.77.0.10 '*.10>*.2:OPTIONS' '*.2>*.10:200/OPTIONS#1'
    expect_rule final-response-unseen warning confirmed 10.77.0.10 '*.10>*.2:OPTIONS' '*.2>*.10:200/OPTIONS#1'
}
