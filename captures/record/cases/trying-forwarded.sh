# shellcheck shell=bash disable=SC2034,SC2016
stacks="SIPp 3.6 (caller, callee), Kamailio 5.6 (stateless proxy)"
happened="A stateless proxy passes the callee's 100, with its To tag and Server, on to the caller."
say="The proxy forwarded the callee's 100 Trying, which it must not."
healthy=false
record() {
    host caller 10.77.0.10
    host proxy 10.77.0.2
    host callee 10.77.0.20
    sipp_server callee uas-trying.xml HOLD_MS=600 TRYING_TAG=\;tag=bob-100 "EXTRA=Server: SIPp callee"
    kamailio_start proxy <<'END'
route[CASE] {
    $rd = "10.77.0.20";
    forward();
    exit;
}
END
    capture
    sipp_client caller 10.77.0.2 uac.xml
}
expect() {
    expect_rule trying-forwarded warning confirmed 10.77.0.2 '*.20>*.2:100/INVITE' '*.2>*.10:100/INVITE'
}
