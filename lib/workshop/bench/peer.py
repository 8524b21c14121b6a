"""PyTorch's side of the benchmark: the units of units.ts on torch, diffusers and transformers.

Reads a request as a line of JSON, does the unit, answers with a line; see worker.ts.
"""
import json
import os
import sys
import time

import torch
import torch.nn.functional as F
from diffusers import AutoencoderKL, DDIMScheduler, DDPMScheduler, UNet2DConditionModel
from transformers import CLIPConfig, CLIPModel

torch.manual_seed(0)
torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", os.cpu_count() or 1)))


def clip_model():
    text = dict(vocab_size=2048, hidden_size=128, intermediate_size=512, num_hidden_layers=4,
                num_attention_heads=4, max_position_embeddings=32, bos_token_id=2046,
                eos_token_id=2047, pad_token_id=2047)
    vision = dict(hidden_size=128, intermediate_size=512, num_hidden_layers=4,
                  num_attention_heads=4, image_size=64, patch_size=8)
    return CLIPModel(CLIPConfig(text_config=text, vision_config=vision, projection_dim=128))


SIZES = {
    "reference": dict(channels=(64, 128, 128), latents=4, groups=32),
    "mini": dict(channels=(32, 64, 128), latents=8, groups=16),
}


def unet_model(name):
    s = SIZES[name]
    return UNet2DConditionModel(
        sample_size=16, in_channels=s["latents"], out_channels=s["latents"],
        block_out_channels=s["channels"], layers_per_block=1, cross_attention_dim=128,
        attention_head_dim=4, norm_num_groups=s["groups"],
        down_block_types=("CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"))


class Enough(Exception):
    """Ends a pass through the UNet after its middle block."""


def token_ids(n):
    ids = torch.randint(1, 2040, (n, 32))
    ids[:, 20:] = 2047
    return ids


def both_ways(logits):
    labels = torch.arange(len(logits))
    return (F.cross_entropy(logits, labels) + F.cross_entropy(logits.t(), labels)) / 2


def relational(image, feature, centre):
    if centre:
        image, feature = image - image.mean(0), feature - feature.mean(0)
    image, feature = F.normalize(image, dim=-1), F.normalize(feature, dim=-1)
    mask = -1e9 * torch.eye(len(image))
    c = (image @ image.t() / 0.1 + mask).log_softmax(-1)
    d = (feature @ feature.t() / 0.1 + mask).log_softmax(-1)
    kl = lambda student, teacher: F.kl_div(student, teacher.detach(), log_target=True,
                                           reduction="batchmean")
    return (kl(d, c) + kl(c, d)) / 2


def train_step(name, n):
    clip, unet = clip_model(), unet_model(name)
    schedule = DDPMScheduler(num_train_timesteps=1000, beta_start=0.00085, beta_end=0.012,
                             beta_schedule="scaled_linear")
    params = [*clip.parameters(), *unet.parameters()]
    optimizer = torch.optim.AdamW(params, lr=1e-4)
    middle, stop = {}, {"now": False}

    def hook(module, inputs, output):
        middle["value"] = output
        if stop["now"]:
            raise Enough

    unet.mid_block.register_forward_hook(hook)
    reference = name == "reference"
    captions = n if reference else n + 1

    def step():
        pixels, ids = torch.randn(n, 3, 64, 64), token_ids(captions)
        latents = torch.randn(n, SIZES[name]["latents"], 16, 16)
        noise, t = torch.randn_like(latents), torch.randint(0, 1000, (n,))
        text = clip.text_model(input_ids=ids)
        states = text.last_hidden_state[:n]
        words = F.normalize(clip.text_projection(text.pooler_output[:n]), dim=-1)
        image = clip.visual_projection(clip.vision_model(pixel_values=pixels).pooler_output)
        image = F.normalize(image, dim=-1)
        itc = both_ways(clip.logit_scale.exp() * image @ words.t())
        if not reference:
            dropped = torch.zeros(n, 1, 1)
            states = states * (1 - dropped) + text.last_hidden_state[n:] * dropped
        noisy = schedule.add_noise(latents, noise, t)
        predicted = unet(noisy, t, encoder_hidden_states=states).sample
        loss = itc + F.mse_loss(predicted, noise)
        if not reference:
            t = torch.randint(50, 300, (n,))
            noisy = schedule.add_noise(latents, torch.randn_like(latents), t)
            stop["now"] = True
            try:
                unet(noisy, t, encoder_hidden_states=text.last_hidden_state[:n].detach())
            except Enough:
                pass
            stop["now"] = False
        feature = middle["value"].mean((2, 3))
        loss = loss + (0.1 if reference else 1) * relational(image, feature, not reference)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(params, 1.0)
        optimizer.step()
        return loss.item()

    return step


def forward(name, n):
    unet = unet_model(name).eval()
    latents = torch.randn(n, SIZES[name]["latents"], 16, 16)
    t, states = torch.randint(0, 1000, (n,)), torch.randn(n, 32, 128)

    @torch.no_grad()
    def run():
        return unet(latents, t, encoder_hidden_states=states).sample

    return run


def ddim(name, n):
    unet = unet_model(name).eval()
    schedule = DDIMScheduler(num_train_timesteps=1000, beta_start=0.00085, beta_end=0.012,
                             beta_schedule="scaled_linear", clip_sample=False,
                             set_alpha_to_one=False, steps_offset=1)
    start, states = torch.randn(n, SIZES[name]["latents"], 16, 16), torch.randn(2 * n, 32, 128)

    @torch.no_grad()
    def run():
        schedule.set_timesteps(20)
        x = start
        for t in schedule.timesteps:
            without, given = unet(torch.cat([x, x]), t, encoder_hidden_states=states).sample.chunk(2)
            x = schedule.step(without + 3 * (given - without), t, x).prev_sample
        return x

    return run


def optimiser():
    params = [*clip_model().parameters(), *unet_model("reference").parameters()]
    for p in params:
        p.grad = torch.randn_like(p)
    grads = [p.grad.clone() for p in params]
    averages = [p.detach().clone() for p in params]
    adam = torch.optim.AdamW(params, lr=1e-4, betas=(0.9, 0.98), eps=1e-6)

    def run():
        for p, g in zip(params, grads):
            p.grad = g  # clipping scales in place, which leaves the norm at one from then on
        torch.nn.utils.clip_grad_norm_(params, 1.0)
        adam.step()
        torch._foreach_lerp_(averages, [p.detach() for p in params], 0.001)

    return run


def differentiated(shapes, function):
    inputs = [torch.randn(shape, requires_grad=True) for shape in shapes]

    def run():
        for x in inputs:
            x.grad = None
        function(*inputs).sum().backward()

    return run


def plain(shapes, function):
    inputs = [torch.randn(shape) for shape in shapes]
    return lambda: function(*inputs)


def heads(x):
    n, m, c = x.shape
    return x.view(n, m, 4, c // 4).transpose(1, 2)


def attention(q, k, v):
    mixed = F.scaled_dot_product_attention(heads(q), heads(k), heads(v))
    return mixed.transpose(1, 2).reshape(q.shape)


def embedding_gradient():
    ids = (torch.arange(32 * 32) * 7919) % 2048
    return differentiated([(2048, 128)], lambda table: F.embedding(ids, table).square())


def encode():
    vae = AutoencoderKL(
        block_out_channels=(32, 64, 64), latent_channels=8, layers_per_block=1, norm_num_groups=8,
        down_block_types=("DownEncoderBlock2D",) * 3, up_block_types=("UpDecoderBlock2D",) * 3,
        mid_block_add_attention=False, sample_size=64).eval()
    pixels = torch.randn(64, 3, 64, 64)

    @torch.no_grad()
    def run():
        return vae.encode(pixels).latent_dist.mean

    return run


def load(folder):
    from safetensors.torch import load_file

    def run():
        for tensor in load_file(os.path.join(folder, "large.safetensors")).values():
            tensor.clone()  # a mapped file is not loaded before it is read

    return run


def make(name, batch, folder):
    kind, _, model = name.partition("-")
    if model in SIZES:
        if kind == "step":
            return train_step(model, batch)
        if kind == "forward":
            return forward(model, batch)
        if kind == "ddim":
            return ddim(model, 16)
    pictures = (32, 128, 16, 16)
    units = {
        "matmul": lambda: plain([(1024, 1024)] * 2, torch.matmul),
        "batched-matmul": lambda: plain([(128, 256, 32)] * 2,
                                        lambda a, b: a @ b.transpose(1, 2)),
        "convolution": lambda: differentiated(
            [pictures, (128, 128, 3, 3), (128,)], lambda x, w, b: F.conv2d(x, w, b, padding=1)),
        "group-norm": lambda: differentiated(
            [pictures, (128,), (128,)], lambda x, w, b: F.group_norm(x, 32, w, b)),
        "layer-norm": lambda: differentiated(
            [(32, 256, 128), (128,), (128,)], lambda x, w, b: F.layer_norm(x, (128,), w, b)),
        "attention": lambda: differentiated([(32, 256, 128)] * 3, attention),
        "gelu": lambda: differentiated([(32, 256, 512)], F.gelu),
        "quick-gelu": lambda: differentiated([(32, 256, 512)],
                                             lambda x: x * torch.sigmoid(1.702 * x)),
        "embedding-gradient": embedding_gradient,
        "optimiser": optimiser,
        "encode": encode,
        "load": lambda: load(folder),
    }
    if name not in units:
        raise ValueError(f'unit "{name}" is not known here')
    return units[name]()


def peak():
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith("VmHWM"):
                return int(line.split()[1]) * 1024
    return 0


def main():
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is no answer
    say = lambda value: print(json.dumps(value), file=out, flush=True)
    threads = torch.get_num_threads()
    say({"ready": True, "about": f"PyTorch {torch.__version__}, {threads} threads"})
    made, unit = None, None
    for line in sys.stdin:
        request = json.loads(line)
        try:
            key = (request["unit"], request["batch"])
            if key != made:
                unit = None
                made, unit = key, make(*key, request["folder"])
            started, used = time.perf_counter(), time.process_time()
            for _ in range(request["repeat"]):
                unit()
            n = request["repeat"]
            say({
                "milliseconds": 1e3 * (time.perf_counter() - started) / n,
                "processor": 1e3 * (time.process_time() - used) / n,
                "peak": peak(), "left": 0,
            })
        except Exception as error:  # the other side goes on
            say({"error": f"{type(error).__name__}: {error}"})


main()
