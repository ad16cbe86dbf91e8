# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee)"
happened="An INVITE of more than 2 kB over UDP goes out in two IP fragments; both arrive and the call succeeds."
say="The call itself is healthy; the oversized datagram deserves a warning of its own (datagram-too-large)."
healthy=false
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    sipp_server callee uas.xml
    FILTER="" capture
    sipp_client caller 10.77.0.20 uac.xml RURI=sip:bob@10.77.0.20 "EXTRA2=X-Padding: $(printf '0123456789%.0s' {1..180})"
}
expect() {
    expect_rule datagram-too-large warning confirmed 10.77.0.10 '*.10>*.20:INVITE'
}
