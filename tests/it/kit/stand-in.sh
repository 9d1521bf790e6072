#!/bin/sh
# Stands for the daemon in the kit's own test: shows what it was given and heeds SIGTERM.
trap 'echo stopped; exit 3' TERM
echo "$1 $2"; echo "said $SAID"
cat "$3" "${3%/*}/automations.yaml"
echo up >&2
while :; do sleep 0.05; done
