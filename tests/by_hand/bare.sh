#!/bin/sh
# On a bare machine with a card, in the project's folder: sh bare.sh PARTS EXTRA SECONDS OUT
#
# PARTS is the folder with part0, part1, … of carry.sh, EXTRA its folder extra/; figures are written to OUT.
set -x
parts=$1 extra=$2 seconds=$3 out=$4
cat "$parts"/part? | tar xJ --no-same-owner
cp "$extra"/*.json .
site=$(python3 -c 'import os, torch; print(os.path.dirname(os.path.dirname(torch.__file__)))')
# TensorFlow's wheel wants CUDA 12; PyTorch's brings 13, whose libraries do (to measure, not to ship).
cuda=$site/nvidia/cu13/lib links=/tmp/cuda12
mkdir -p "$links" "$out"
for pair in cublas:13:12 cublasLt:13:12 cufft:12:11 cusolver:12:11 cusparse:12:12 cupti:13:12; do
  IFS=: read -r name has wants <<END
$pair
END
  ln -sf "$cuda/lib$name.so.$has" "$links/lib$name.so.$wants"
done
cp cuda12/libcudart.so.12 "$links/"
for folder in "$site"/nvidia/*/lib; do all=$all:$folder; done
export LD_LIBRARY_PATH="$links$all:/usr/local/nvidia/lib64"
python3 -m pip install -q --no-index --no-deps --no-compile --target /tmp/site "$extra"/*.whl
export PYTHONPATH=/tmp/site NO_COLOR=1 TF_CPP_MIN_LOG_LEVEL=1
nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv
timeout $((seconds + 20)) bin/deno run -A tests/by_hand/gpu.ts "$(command -v python3)" "$seconds" "$out"
