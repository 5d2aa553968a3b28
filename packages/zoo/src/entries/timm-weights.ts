import type { PublishedWeights } from '../entry.js';

/** Weights in PyTorch's layout and names, as the collection timm publishes them on Hugging Face. */
export function timmWeights(model: string): PublishedWeights {
  return {
    folder: `timm-${model}`,
    format: 'torch-safetensors',
    files: [
      { name: 'model.safetensors', urls: [`https://huggingface.co/timm/${model}/resolve/main/model.safetensors`] },
    ],
  };
}
