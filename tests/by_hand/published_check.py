"""Loads what `deno task weights export` wrote into transformers and diffusers and compares outputs.

    python tests/by_hand/published_check.py FOLDER      (after published_outputs.ts FOLDER)

Wants torch, transformers, diffusers, safetensors. Ends with status 1 where an output is off by more
than 2e-5 of the largest expected value, or where loading warns of keys.
"""
import io
import json
import logging
import sys

import diffusers
import torch
import transformers
from safetensors import safe_open

folder = sys.argv[1]
said = io.StringIO()
for library in (transformers, diffusers):
    library.utils.logging.set_verbosity_warning()
    logging.getLogger(library.__name__).addHandler(logging.StreamHandler(said))

clip, info = transformers.CLIPModel.from_pretrained(f"{folder}/clip", dtype=torch.float32, output_loading_info=True)
pipe = diffusers.StableDiffusionPipeline.from_pretrained(
    f"{folder}/diffusion", safety_checker=None, torch_dtype=torch.float32
)
pipe.set_progress_bar_config(disable=True)
tokenizer = transformers.CLIPTokenizer.from_pretrained(f"{folder}/clip")
with safe_open(f"{folder}/outputs.safetensors", "pt") as file:
    t = {name: file.get_tensor(name) for name in file.keys()}
    captions = json.loads(file.metadata()["captions"])

wrong = 0


def compare(name, found):
    global wrong
    off = (found - t[name]).abs().max().item() / found.abs().max().item()
    ok = off <= 2e-5 and found.shape == t[name].shape
    wrong += not ok
    print(f"{'ok   ' if ok else 'WRONG'} {name:13} {off:.1e}")


with torch.no_grad():
    ids = t["ids"].long()
    for tok in (tokenizer, pipe.tokenizer):
        theirs = tok(captions, padding="max_length", max_length=ids.shape[1], truncation=True, return_tensors="pt")
        wrong += not torch.equal(theirs.input_ids, ids)
    print("ids equal" if wrong == 0 else f"WRONG ids\n{theirs.input_ids}\n{ids}")
    both = clip(input_ids=ids, pixel_values=t["pixels"])
    compare("image_embeds", both.image_embeds)
    compare("text_embeds", both.text_embeds)
    states = pipe.text_encoder(ids).last_hidden_state
    compare("text_states", states)
    compare("noise", pipe.unet(t["latents"], torch.tensor([37, 801]), states).sample)
    moments = pipe.vae.encode(t["images"]).latent_dist
    compare("mean", moments.mean)
    compare("log_variance", moments.logvar)
    compare("decoded", pipe.vae.decode(t["latents"]).sample)
    pipe.scheduler = diffusers.DDIMScheduler.from_config(pipe.scheduler.config, clip_sample=False)
    side = pipe.vae.config.sample_size
    drawn = pipe(
        captions, height=side, width=side, num_inference_steps=5, guidance_scale=3.0,
        latents=t["latents"].clone(), output_type="latent",
    ).images
    compare("drawn", drawn)

keys = {kind: info[kind] for kind in ("missing_keys", "unexpected_keys", "mismatched_keys") if info[kind]}
print("transformers on keys:", keys or "nothing")
lines = [line for line in said.getvalue().splitlines() if line.strip()]
print("warnings while loading:", *(lines or ["none"]), sep="\n  ")
sys.exit(1 if wrong or keys else 0)
