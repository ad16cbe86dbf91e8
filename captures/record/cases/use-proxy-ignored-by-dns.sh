# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee), dnsmasq 2.90"
happened="A 305 names a proxy by host name; the caller asks DNS for it, but sends the next INVITE to the old destination."
say="The 305 was ignored: DNS in the capture gives 10.77.0.30 for the named proxy, the INVITE went to 10.77.0.20."
healthy=false
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    host newproxy 10.77.0.30
    host dns 10.77.0.53
    on dns dnsmasq --keep-in-foreground --no-resolv --no-hosts --conf-file=/dev/null --address=/proxy.example.test/10.77.0.30 &
    listening dns 53
    name_server caller 10.77.0.53
    sipp_server callee uas-use-proxy.xml PROXY=10.77.0.10 "EXTRA=Contact: <sip:bob@proxy.example.test>"
    capture
    CALL_ID=redirected@10.77.0.10 sipp_client caller 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20 FROM_TAG=alice-305
    sleep 0.2
    on caller getent ahostsv4 proxy.example.test
    sleep 0.1
    CALL_ID=redirected@10.77.0.10 sipp_client caller 10.77.0.20 uac.xml FROM_TAG=alice-305 CSEQ=2 RURI=sip:bob@10.77.0.20
}
expect() {
    expect_rule use-proxy-ignored error confirmed 10.77.0.10 '*.20>*.10:305/INVITE' '*.53>*.10:DNS#-1' '*.10>*.20:INVITE#2'
}
