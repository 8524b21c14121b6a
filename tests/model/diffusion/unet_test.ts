import { onBackends } from "../../backends.ts";
import { assertCase } from "../../parity.ts";

onBackends("the UNet equals diffusers on unet_tiny", () => assertCase("unet_tiny"));
