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

# Where the other side computes, and products in TF32 there as TensorFlow has them.
DEVICE = os.environ.get("UNIDIFF_BENCH_DEVICE", "cpu")
if DEVICE == "cuda" and not torch.cuda.is_available():
    sys.exit(f"PyTorch {torch.__version__} finds no card, but the other side computes on one")
torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
torch.backends.cudnn.benchmark = True
torch.manual_seed(0)
torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", os.cpu_count() or 1)))


SIZES = {
    "reference": dict(channels=(64, 128, 128), latents=4, groups=32, side=16, words=32, pixels=64),
    "mini": dict(channels=(32, 64, 128), latents=8, groups=16, side=16, words=32, pixels=64),
    "sd15": dict(latents=4, side=64, words=77, pixels=224),
}


def clip_model(name="mini"):
    if name == "sd15":
        text = dict(vocab_size=49408, hidden_size=768, intermediate_size=3072,
                    num_hidden_layers=12, num_attention_heads=12, max_position_embeddings=77,
                    bos_token_id=49406, eos_token_id=49407)
        vision = dict(hidden_size=1024, intermediate_size=4096, num_hidden_layers=24,
                      num_attention_heads=16, image_size=224, patch_size=14)
        return CLIPModel(CLIPConfig(text_config=text, vision_config=vision, projection_dim=768))
    text = dict(vocab_size=2048, hidden_size=128, intermediate_size=512, num_hidden_layers=4,
                num_attention_heads=4, max_position_embeddings=32, bos_token_id=2046,
                eos_token_id=2047, pad_token_id=2047)
    vision = dict(hidden_size=128, intermediate_size=512, num_hidden_layers=4,
                  num_attention_heads=4, image_size=64, patch_size=8)
    return CLIPModel(CLIPConfig(text_config=text, vision_config=vision, projection_dim=128))


def unet_model(name):
    s = SIZES[name]
    if name == "sd15":
        return UNet2DConditionModel(
            sample_size=64, in_channels=4, out_channels=4,
            block_out_channels=(320, 640, 1280, 1280), layers_per_block=2,
            cross_attention_dim=768, attention_head_dim=8)
    return UNet2DConditionModel(
        sample_size=16, in_channels=s["latents"], out_channels=s["latents"],
        block_out_channels=s["channels"], layers_per_block=1, cross_attention_dim=128,
        attention_head_dim=4, norm_num_groups=s["groups"],
        down_block_types=("CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"))


def latents_of(name, n):
    s = SIZES[name]
    return torch.randn(n, s["latents"], s["side"], s["side"], device=DEVICE)


def states_of(name, n):
    return torch.randn(n, SIZES[name]["words"], 768 if name == "sd15" else 128, device=DEVICE)


class Enough(Exception):
    """Ends a pass through the UNet after its middle block."""


def token_ids(name, n):
    ids = torch.randint(1, 2040, (n, SIZES[name]["words"]), device=DEVICE)
    ids[:, 20:] = 49407 if name == "sd15" else 2047
    return ids


def both_ways(logits):
    labels = torch.arange(len(logits), device=DEVICE)
    return (F.cross_entropy(logits, labels) + F.cross_entropy(logits.t(), labels)) / 2


def relational(image, feature, centre):
    if centre:
        image, feature = image - image.mean(0), feature - feature.mean(0)
    image, feature = F.normalize(image, dim=-1), F.normalize(feature, dim=-1)
    mask = -1e9 * torch.eye(len(image), device=DEVICE)
    c = (image @ image.t() / 0.1 + mask).log_softmax(-1)
    d = (feature @ feature.t() / 0.1 + mask).log_softmax(-1)
    kl = lambda student, teacher: F.kl_div(student, teacher.detach(), log_target=True,
                                           reduction="batchmean")
    return (kl(d, c) + kl(c, d)) / 2


def train_step(name, n, checkpoints):
    clip, unet = clip_model(name).to(DEVICE), unet_model(name).to(DEVICE)
    if checkpoints:
        unet.enable_gradient_checkpointing()
        clip.gradient_checkpointing_enable()
        unet.train()
        clip.train()
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

    # Drawn before: both sides are measured on a batch that is there.
    side = SIZES[name]["pixels"]
    pixels, ids = torch.randn(n, 3, side, side, device=DEVICE), token_ids(name, captions)
    latents = latents_of(name, n)
    noise, t = torch.randn_like(latents), torch.randint(0, 1000, (n,), device=DEVICE)
    other_noise, other_t = torch.randn_like(latents), torch.randint(50, 300, (n,), device=DEVICE)

    def step():
        text = clip.text_model(input_ids=ids)
        states = text.last_hidden_state[:n]
        words = F.normalize(clip.text_projection(text.pooler_output[:n]), dim=-1)
        image = clip.visual_projection(clip.vision_model(pixel_values=pixels).pooler_output)
        image = F.normalize(image, dim=-1)
        itc = both_ways(clip.logit_scale.exp() * image @ words.t())
        if not reference:
            dropped = torch.zeros(n, 1, 1, device=DEVICE)
            states = states * (1 - dropped) + text.last_hidden_state[n:] * dropped
        noisy = schedule.add_noise(latents, noise, t)
        predicted = unet(noisy, t, encoder_hidden_states=states).sample
        loss = itc + F.mse_loss(predicted, noise)
        if not reference:
            noisy = schedule.add_noise(latents, other_noise, other_t)
            stop["now"] = True
            try:
                unet(noisy, other_t, encoder_hidden_states=text.last_hidden_state[:n].detach())
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
    unet = unet_model(name).to(DEVICE).eval()
    latents = latents_of(name, n)
    t, states = torch.randint(0, 1000, (n,), device=DEVICE), states_of(name, n)

    @torch.no_grad()
    def run():
        return unet(latents, t, encoder_hidden_states=states).sample

    return run


def ddim(name, n):
    unet = unet_model(name).to(DEVICE).eval()
    schedule = DDIMScheduler(num_train_timesteps=1000, beta_start=0.00085, beta_end=0.012,
                             beta_schedule="scaled_linear", clip_sample=False,
                             set_alpha_to_one=False, steps_offset=1)
    start, states = latents_of(name, n), states_of(name, 2 * n)

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
    params = [*clip_model().to(DEVICE).parameters(),
              *unet_model("reference").to(DEVICE).parameters()]
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
    inputs = [torch.randn(shape, device=DEVICE, requires_grad=True) for shape in shapes]
    dy = torch.randn_like(function(*inputs))

    def run():
        for x in inputs:
            x.grad = None
        function(*inputs).backward(dy)

    return run


def plain(shapes, function):
    inputs = [torch.randn(shape, device=DEVICE) for shape in shapes]
    return lambda: function(*inputs)


def heads(x):
    n, m, c = x.shape
    return x.view(n, m, 4, c // 4).transpose(1, 2)


def attention(q, k, v):
    mixed = F.scaled_dot_product_attention(heads(q), heads(k), heads(v))
    return mixed.transpose(1, 2).reshape(q.shape)


def embedding_gradient():
    ids = (torch.arange(32 * 32, device=DEVICE) * 7919) % 2048
    return differentiated([(2048, 128)], lambda table: F.embedding(ids, table).square())


def encode():
    vae = AutoencoderKL(
        block_out_channels=(32, 64, 64), latent_channels=8, layers_per_block=1, norm_num_groups=8,
        down_block_types=("DownEncoderBlock2D",) * 3, up_block_types=("UpDecoderBlock2D",) * 3,
        mid_block_add_attention=False, sample_size=64).to(DEVICE).eval()
    pixels = torch.randn(64, 3, 64, 64, device=DEVICE)

    @torch.no_grad()
    def run():
        return vae.encode(pixels).latent_dist.mean

    return run


def load(folder):
    from safetensors.torch import load_file

    def run():
        for tensor in load_file(os.path.join(folder, "large.safetensors")).values():
            tensor.to(DEVICE, copy=True)  # a mapped file is not loaded before it is read

    return run


def make(name, batch, folder):
    if name == "step-sd15-whole":
        return train_step("sd15", batch, checkpoints=False)
    kind, _, model = name.partition("-")
    if model in SIZES:
        if kind == "step":
            return train_step(model, batch, checkpoints=model == "sd15")
        if kind == "forward":
            return forward(model, batch)
        if kind == "ddim":
            return ddim(model, 4 if model == "sd15" else 16)
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


def card():
    tf32 = (torch.cuda.get_device_capability() >= (8, 0)
            and os.environ.get("NVIDIA_TF32_OVERRIDE") != "0")
    return f"{torch.cuda.get_device_name()}, {'TF32' if tf32 else 'no TF32'}"


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
    where = f"{threads} threads" if DEVICE == "cpu" else card()
    say({"ready": True, "gpu": DEVICE == "cuda", "about": f"PyTorch {torch.__version__}, {where}"})
    made, unit = None, None
    for line in sys.stdin:
        request = json.loads(line)
        try:
            key = (request["unit"], request["batch"])
            if key != made:
                unit = None
                torch.cuda.empty_cache()  # as much as the other side may need
                made, unit = key, make(*key, request["folder"])
            started, used = time.perf_counter(), time.process_time()
            for _ in range(request["repeat"]):
                unit()
            if DEVICE == "cuda":
                torch.cuda.synchronize()
            n = request["repeat"]
            say({
                "milliseconds": 1e3 * (time.perf_counter() - started) / n,
                "processor": 1e3 * (time.process_time() - used) / n,
                "peak": peak(), "left": 0,
            })
        except Exception as error:  # the other side goes on
            say({"error": f"{type(error).__name__}: {error}"})


main()
