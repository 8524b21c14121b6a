"""Makes further reference cases with PyTorch, transformers and diffusers: python make.py OUTPUT [NAME ...]

The cases of this list that lie here were made with torch 2.15, transformers 5.23 and diffusers 0.42.1 on one thread.
Others, with other sizes, are a line in `cases` away; `deno task parity OUTPUT` compares with all of them.
"""
import json
import os
import sys
import tempfile

import torch
from torch.nn.functional import cross_entropy
from safetensors.torch import save_file


def dump(folder, config, weights, io):
    os.makedirs(folder, exist_ok=True)
    with open(f"{folder}/config.json", "w") as file:
        json.dump(config, file, indent=1)
    for name, tensors in (("weights", weights), ("io", io)):
        if tensors:
            save_file({k: v.detach().contiguous().clone() for k, v in tensors.items()}, f"{folder}/{name}.safetensors")


def jitter(model, seed):
    """Moves norms off one and biases off zero, so that every parameter shows."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn(parameter.shape, generator=generator) * (0.05 if parameter.ndim < 2 else 0.02))


def gradients(model):
    return {f"grad.{name}": torch.zeros_like(p) if p.grad is None else p.grad for name, p in model.named_parameters()}


def unet(folder, attends, size, batch=2, tokens=5, times=(10, 700, 999), seed=1, **sizes):
    from diffusers import UNet2DConditionModel
    torch.manual_seed(seed)
    names = [("CrossAttn" if a else "") for a in attends]
    model = UNet2DConditionModel(
        down_block_types=[f"{n}DownBlock2D" for n in names],
        up_block_types=[f"{n}UpBlock2D" for n in reversed(names)],
        **sizes,
    ).eval()
    jitter(model, seed)
    config = json.loads(model.to_json_string())
    sample = torch.randn(batch, config["in_channels"], *size).requires_grad_()
    states = torch.randn(batch, tokens, config["cross_attention_dim"]).requires_grad_()
    target = torch.randn(batch, config["out_channels"], *size)
    timestep = torch.tensor(times[:batch], dtype=torch.int32)
    middle = {}
    model.mid_block.register_forward_hook(lambda _, __, output: middle.update(mid=output))
    out = model(sample, timestep, states).sample
    mse = ((out - target) ** 2).mean()
    mse.backward()
    dump(folder, config, model.state_dict(), {
        "sample": sample, "timestep": timestep, "encoder_hidden_states": states, "target": target,
        "out": out, "mid": middle["mid"], "mse": mse.reshape(1),
        "grad_sample": sample.grad, "grad_encoder_hidden_states": states.grad, **gradients(model),
    })


def vae(folder, size, latent_size, batch=1, seed=1, **sizes):
    from diffusers import AutoencoderKL
    torch.manual_seed(seed)
    levels = len(sizes["block_out_channels"])
    model = AutoencoderKL(
        down_block_types=["DownEncoderBlock2D"] * levels, up_block_types=["UpDecoderBlock2D"] * levels, **sizes
    ).eval()
    jitter(model, seed)
    with torch.no_grad():
        image = torch.rand(batch, model.config.in_channels, *size) * 2 - 1
        latent = torch.randn(batch, model.config.latent_channels, *latent_size)
        found = model.encode(image).latent_dist
        dump(folder, json.loads(model.to_json_string()), model.state_dict(), {
            "image": image, "moments": found.parameters, "mean": found.mean,
            "latent": latent, "decoded": model.decode(latent).sample,
        })


def clip(folder, text, vision, projection, batch=3, padding=0, seed=1):
    from transformers import CLIPConfig, CLIPModel
    torch.manual_seed(seed)
    model = CLIPModel(CLIPConfig(text_config=text, vision_config=vision, projection_dim=projection)).eval()
    jitter(model, seed)
    length, end = text["max_position_embeddings"], text["vocab_size"] - 1
    ids = torch.randint(3, end - 1, (batch, length))
    for i in range(batch):
        ids[i, 0], ids[i, 3 + i], ids[i, 4 + i:] = end - 1, end, padding
    pixels = torch.randn(batch, 3, vision["image_size"], vision["image_size"])
    logits = model(input_ids=ids, pixel_values=pixels).logits_per_image
    own = torch.arange(batch)
    loss = (cross_entropy(logits, own) + cross_entropy(logits.T, own)) / 2
    loss.backward()
    said, seen = model.text_model(input_ids=ids), model.vision_model(pixel_values=pixels)
    with tempfile.TemporaryDirectory() as saved:
        model.save_pretrained(saved)
        with open(f"{saved}/config.json") as file:
            config = json.load(file)
    dump(folder, config, model.state_dict(), {
        "input_ids": ids.int(), "pixel_values": pixels,
        "text_hidden": said.last_hidden_state, "text_pooled": said.pooler_output,
        "vision_hidden": seen.last_hidden_state, "vision_pooled": seen.pooler_output,
        "text_embeds": model.text_projection(said.pooler_output),
        "image_embeds": model.visual_projection(seen.pooler_output),
        "logits_per_image": logits, "itc_loss": loss.reshape(1), **gradients(model),
    })


def samplers(folder, steps, last_one, **setting):
    import diffusers as d
    torch.manual_seed(3)
    setting = dict(num_train_timesteps=1000, beta_start=0.00085, beta_end=0.012, **setting)
    ddim = d.DDIMScheduler(**setting, set_alpha_to_one=last_one, clip_sample=False)
    walks = {
        "ddim": (ddim, {}),
        "ddim_eta0.5": (ddim, {"eta": 0.5}),
        "pndm": (d.PNDMScheduler(**setting, skip_prk_steps=True, set_alpha_to_one=last_one), {}),
        "euler": (d.EulerDiscreteScheduler(**setting), {}),
        "euler_a": (d.EulerAncestralDiscreteScheduler(**setting), {}),
        "ddpm": (d.DDPMScheduler(**setting, clip_sample=False), {}),
        "dpmpp_2m": (d.DPMSolverMultistepScheduler(**setting), {}),
        "dpmpp_2m_karras": (d.DPMSolverMultistepScheduler(**setting, use_karras_sigmas=True), {}),
    }
    start, x0, eps = torch.randn(1, 3, 2, 5), torch.randn(3, 3, 2, 5), torch.randn(3, 3, 2, 5)
    times = [0, 499, 999]
    snr = ddim.alphas_cumprod / (1 - ddim.alphas_cumprod)
    capped = snr.clamp(max=3)
    io = {
        "x_T": start, "alphas_cumprod": ddim.alphas_cumprod,
        "min_snr3_eps_weight": capped / snr, "min_snr3_v_weight": capped / (snr + 1),
        "add_noise_x0": x0, "add_noise_eps": eps, "add_noise_out": ddim.add_noise(x0, eps, torch.tensor(times)),
        "velocity": ddim.get_velocity(x0, eps, torch.tensor(times)),
    }
    asked = {}
    for count in steps:
        for name, (scheduler, options) in walks.items():
            noise, walk = [], f"{name}_{count}"
            module = sys.modules[type(scheduler).__module__]
            module.randn_tensor = lambda shape, **_: noise.append(torch.randn(tuple(shape))) or noise[-1]
            scheduler.set_timesteps(count)
            x = start * float(scheduler.init_noise_sigma)
            for t in scheduler.timesteps:
                seen = scheduler.scale_model_input(x, t)
                x = scheduler.step(0.9 * seen * torch.cos(t.double() / 200).float() + 0.1, t, x, **options).prev_sample
            io[walk], asked[walk] = x, [float(t) for t in scheduler.timesteps]
            if noise:
                io[f"{walk}_noise"] = torch.stack(noise)
    dump(folder, json.loads(ddim.to_json_string()), {}, io)
    with open(f"{folder}/io.json", "w") as file:
        json.dump({"timesteps": asked, "model": "eps(x,t) = 0.9 x cos(t/200) + 0.1", "add_noise_t": times}, file)


small = dict(num_hidden_layers=1, num_attention_heads=2, intermediate_size=12)
cases = {
    "unet_heads": lambda to: unet(
        to, [0, 1], (5, 7), block_out_channels=(4, 4), layers_per_block=2, norm_num_groups=2,
        attention_head_dim=(1, 4), cross_attention_dim=3, in_channels=3, out_channels=2),
    "vae_odd": lambda to: vae(
        to, (11, 6), (3, 2), block_out_channels=(2, 4, 4), norm_num_groups=2, layers_per_block=1,
        latent_channels=3, mid_block_add_attention=False),
    # Files of before 2023 give the end of text as 2: the state at the largest id is pooled.
    "clip_eos2": lambda to: clip(
        to, dict(small, vocab_size=20, hidden_size=8, max_position_embeddings=7, eos_token_id=2),
        dict(small, hidden_size=6, image_size=12, patch_size=4, hidden_act="gelu"), 5),
    "samplers_v": lambda to: samplers(
        to, (3, 8), True, beta_schedule="scaled_linear", prediction_type="v_prediction",
        timestep_spacing="trailing"),
}

if __name__ == "__main__":
    torch.set_num_threads(1)
    for name in sys.argv[2:] or cases:
        cases[name](os.path.join(sys.argv[1], name))
