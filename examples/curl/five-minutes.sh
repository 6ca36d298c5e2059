#!/bin/sh
# One code, from the request to the receipt, with curl and openssl alone.
#
# usage: five-minutes.sh [PROGRAM]
#
# PROGRAM is watchword, build/watchword by default.  Everything happens in a
# folder that is removed at the end.  In a sandbox the message goes to an inbox
# instead of a mail server; apart from that inbox, a shop does the same.
set -eu

watchword=${1:-build/watchword}
work=$(mktemp -d)
server=
stop() {
	if [ -n "$server" ]; then
		kill "$server" 2>/dev/null || true
		wait "$server" || true
	fi
	rm -rf "$work"
}
trap stop EXIT
trap 'exit 1' INT TERM

# field NAME < JSON: the first string of that name.
field() {
	tr ',{}' '[\n*]' | sed -n "s/^\"$1\":\"\(.*\)\"\$/\1/p" | head -n 1
}

# from_base64url: the four other symbols, and the padding that is left out.
from_base64url() {
	tr -d '\n' | tr '_-' '/+' |
	    awk '{ while (length($0) % 4) $0 = $0 "="; print }' |
	    openssl base64 -d -A
}

# post PATH JSON: a request with the key.  The key stands in a file, because
# arguments can be read by everybody on the machine.
post() {
	curl -sS -X POST -H @"$work/key" -H 'Content-Type: application/json' \
	    -d "$2" "$url$1"
}

echo '# An installation, and its server.'
(umask 077
"$watchword" init --data "$work/shop" |
    sed 's/^api_key=/Authorization: Bearer /' >"$work/key")
"$watchword" serve --data "$work/shop" --listen 127.0.0.1:0 --sandbox \
    >"$work/ready" 2>"$work/log" &
server=$!
until grep -q ^ready "$work/ready"; do
	kill -0 "$server" || { cat "$work/log" >&2; exit 1; }
	sleep 0.1
done
url=$(sed 's/^ready //' "$work/ready")
echo "$url"

echo '# The shop asks for a code that is good for this payment only.'
answer=$(post /v1/challenges '{"purpose":"transaction",
	"to":{"email":"ada@example.com"},
	"binding":{"amount":"129.00 EUR","payee":"Example Books"}}')
echo "$answer"
challenge=$(echo "$answer" | field id)

echo '# The customer reads the message.'
code=
while [ -z "$code" ]; do
	code=$(curl -sS "$url/sandbox/inbox?to=ada@example.com" | field code)
	[ -n "$code" ] || sleep 0.1
done
echo "$code"

echo '# The customer types it, and the shop passes it on.'
answer=$(post "/v1/challenges/$challenge/check" "{\"code\":\"$code\"}")
echo "$answer"
receipt=$(echo "$answer" | field receipt)
[ -n "$receipt" ]

echo '# Any server can check the receipt with the public key.'
# DER of an Ed25519 public key: these twelve bytes, then the key (RFC 8410).
x=$(curl -sS "$url/.well-known/jwks.json" | field x)
{
	printf '\060\052\060\005\006\003\053\145\160\003\041\000'
	printf '%s' "$x" | from_base64url
} >"$work/public.der"
printf '%s' "${receipt%.*}" >"$work/signed"
printf '%s' "${receipt##*.}" | from_base64url >"$work/signature"
openssl pkeyutl -verify -pubin -keyform DER -inkey "$work/public.der" \
    -rawin -in "$work/signed" -sigfile "$work/signature"
payload=${receipt#*.}
printf '%s' "${payload%.*}" | from_base64url
echo

echo '# The server that releases the payment redeems it: once.'
redeem="{\"receipt\":\"$receipt\",\"purpose\":\"transaction\",
	\"binding\":{\"amount\":\"129.00 EUR\",\"payee\":\"Example Books\"}}"
post /v1/receipts/redeem "$redeem"
echo
post /v1/receipts/redeem "$redeem"
echo

echo '# And the log of all that is whole.'
"$watchword" audit verify --data "$work/shop"
