#!/bin/sh
# From a bare Debian 12 to a reviewed upgrade: installs what is missing, builds
# campgen, compiles examples/03-media-cluster and shows the plan.
set -eu
cd "$(dirname "$0")/.."

sh .ci/deps build
make -s -j"$(nproc)" all

story=examples/03-media-cluster
out=$PWD/build/demo campgen=$PWD/build/campgen
mkdir -p "$out"
echo "\$ cd $story"
echo "\$ campgen source.xml target.xml -o campaign.xml --plan=plan.txt"
(cd $story && "$campgen" source.xml target.xml \
    -o "$out/campaign.xml" --plan="$out/plan.txt")
echo "\$ cat plan.txt"
cat "$out/plan.txt"
echo
echo "The campaign: build/demo/campaign.xml    Its plan: build/demo/plan.txt"
echo "The story behind it: $story/README.md"
