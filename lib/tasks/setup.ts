// placeholder until the runtime builder writes it
export async function ensureSetup(): Promise<void> {}
