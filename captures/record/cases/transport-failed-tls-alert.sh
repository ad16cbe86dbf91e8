# shellcheck shell=bash disable=SC2034,SC2016
stacks="OpenSSL 3.0 (client, server)"
happened="A TLS client does not trust the server's certificate, which nobody signed, and ends the handshake on the SIP port with an alert."
say="The transport failed: the client refused the server's certificate by the alert unknown_ca."
healthy=false
record() {
    host caller 10.77.0.10
    host callee 10.77.0.20
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=sip.example.test \
        -keyout "$WORK/key.pem" -out "$WORK/cert.pem" 2>/dev/null
    on callee openssl s_server -quiet -accept 5060 -key "$WORK/key.pem" -cert "$WORK/cert.pem" \
        >/dev/null 2>&1 </dev/null &
    listening callee 5060
    capture
    on caller openssl s_client -tls1_2 -verify_return_error -connect 10.77.0.20:5060 >/dev/null 2>&1 </dev/null || true
    sleep 1
}
expect() {
    expect_rule transport-failed error confirmed -
}
