"""By hand: adapters written by this project, loaded by diffusers and PEFT, give the same outputs."""
import sys
import torch
from diffusers import StableDiffusionPipeline
from peft import PeftModel
from safetensors.torch import load_file
from transformers import CLIPModel

folder = sys.argv[1]
io = load_file(f"{folder}/io.safetensors")
n = io["latents"].shape[0]


def error(found, expected):
    return ((found - expected).abs().max() / expected.abs().max()).item()


with torch.no_grad():
    pipe = StableDiffusionPipeline.from_pretrained(f"{folder}/diffusion", safety_checker=None)
    without = pipe.unet(io["latents"], io["timesteps"].long(), io["states"][:n]).sample
    pipe.load_lora_weights(f"{folder}/adapters")
    states = pipe.text_encoder(io["ids"].long()).last_hidden_state
    noise = pipe.unet(io["latents"], io["timesteps"].long(), states[:n]).sample
    clip = CLIPModel.from_pretrained(f"{folder}/clip")
    clip = PeftModel.from_pretrained(clip, f"{folder}/adapters/clip")
    image = clip.get_image_features(io["pixels"])
    image = getattr(image, "pooler_output", image)
    image = image / image.norm(dim=-1, keepdim=True)

errors = {"text states": error(states, io["states"]), "noise": error(noise, io["noise"]),
          "image embeddings": error(image, io["image"])}
print(errors, "; without adapters the noise is off by", error(without, io["noise"]))
sys.exit(0 if all(e < 2e-5 for e in errors.values()) else 1)
