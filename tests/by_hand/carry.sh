#!/bin/sh
# What tests/by_hand/gpu.ts needs on a machine that has a card, PyTorch for CUDA 13 and no network, in parts.
#
#   sh tests/by_hand/carry.sh FOLDER PRUNE PYTHON_VERSION   such as /tmp/carried prune_fatbin.py 3.12
#
# PRUNE is a Python program that sets to zero what a library holds for cards of another kind (without it,
# give "none": 400 MB more). FOLDER then has part0, part1, … of 47 MB each and extra/ with bare.sh, which
# is started in the project's folder there. Needs a project that is set up, pip, unzip, xz, binutils.
set -e
to=$(realpath -m "$1") prune=$2 version=$3 project=$PWD
[ "$prune" = none ] || prune=$(realpath "$prune")
mkdir -p "$to/extra" "$to/tree/cuda12" "$to/tree/bin"
cd "$to"
platforms="manylinux_2_27_x86_64 manylinux_2_28_x86_64 manylinux2014_x86_64 manylinux_2_17_x86_64"
for platform in $platforms; do named="$named --platform $platform"; done
pip download --no-deps -q -d . tensorflow==2.21.0 --python-version "$version" --only-binary=:all: $named
pip download --no-deps -q -d . nvidia-cuda-runtime-cu12
pip download --no-deps -q -d extra diffusers importlib_metadata
unzip -q -o tensorflow-*.whl 'tensorflow/libtensorflow_cc.so.2' 'tensorflow/libtensorflow_framework.so.2'
unzip -q -o nvidia_cuda_runtime*.whl 'nvidia/cuda_runtime/lib/*'
site=$(echo "$project"/.venv/lib/python3*/site-packages)
site=tree/${site#"$project"/}/tensorflow
mkdir -p "$site"
for library in tensorflow/*.so.2; do
  strip --strip-unneeded "$library"
  [ "$prune" = none ] || python3 "$prune" "$library"
  mv "$library" "$site/"
done
cp nvidia/cuda_runtime/lib/libcudart.so.12 tree/cuda12/
cp "$(readlink -f "$(command -v deno)")" tree/bin/deno
cp -a "$project/node_modules" tree/
cd tree/node_modules
find . \( -name '*.map' -o -name '*.d.ts' -o -name '*.md' -o -name 'tf*.es2017*' -o -name 'tf*.min.js' \) -delete
# Weights and bundles that no row of the benchmark opens; what is imported by name has to be there.
rm -rf .deno/plotly.js-dist* .deno/playwright-core*
find .deno -path '*nsfwjs/dist*' -name '*.js' -size +300k -delete
find .deno -path '*nsfwjs/dist/esm/models/mobilenet_v2_mid.js' \
  -exec sh -c 'rm "$1"; echo "export const MobileNetV2MidModel = null;" > "$1"' _ {} \;
cd ../..
tar c -C tree . | xz -3 -T0 | split -b 47M -d -a 1 - part
# deno.json of an archive: libraries are taken from where they lie, nothing is looked for in a registry.
cd "$project"
deno eval --ext=ts "import { packList } from 'unidiff/runtime/setup/pack.ts';
  for (const [name, text] of Object.entries((await packList()).texts)) {
    await Deno.writeTextFile('$to/extra/' + name, text);
  }"
cp tests/by_hand/bare.sh "$to/extra/"
du -sm "$to"/part* "$to/extra"
