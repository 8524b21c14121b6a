import { onBackends } from "../../backends.ts";
import { assertCase } from "../../parity.ts";

onBackends("the autoencoder equals diffusers on vae_tiny", () => assertCase("vae_tiny"));
