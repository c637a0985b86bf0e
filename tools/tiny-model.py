"""Writes a language model with random weights, too small to know anything: a byte-level tokenizer learned from texts, and
two layers of Qwen3. `tools/make-library-dream.ts` calls it: python tiny-model.py <texts.json> <folder>"""

import json
import sys

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast, Qwen3Config, Qwen3ForCausalLM

SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]


def main(texts: str, folder: str) -> None:
    with open(texts, encoding="utf8") as file:
        corpus = json.load(file)
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(
        corpus, trainers.BpeTrainer(vocab_size=1200, special_tokens=SPECIAL, initial_alphabet=alphabet)
    )
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
        additional_special_tokens=["<|im_start|>"],
    )
    fast.save_pretrained(folder)
    config = Qwen3Config(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=16,
        max_position_embeddings=4096,
        tie_word_embeddings=True,
        # With Qwen's own 0.02 the logits are so flat that an adapter learns nothing.
        initializer_range=0.15,
        eos_token_id=2,
        pad_token_id=0,
        bos_token_id=0,
    )
    torch.manual_seed(0)
    model = Qwen3ForCausalLM(config).float()
    # A logit is at most the norm of the normalised state (8 x this weight) times that of an embedding (1.2). With Qwen's own
    # weight of 1 the other 1,000 tokens keep a tenth of each token's probability, whatever an adapter learns.
    model.model.norm.weight.data.fill_(3.0)
    model.save_pretrained(folder)
    print(f"{tokenizer.get_vocab_size()} tokens")


main(*sys.argv[1:])
