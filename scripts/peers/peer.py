#!/usr/bin/env python3
"""The same work in Python: transformers and PEFT on this machine's processor, in float32.

    peer.py engine    --model FILE --rows FILE   training steps and scoring at full depth, in tokens
    peer.py forget    --model FILE --rows FILE --reference FILE [--labels FILE]   a whole run of ForgetFilter
    peer.py tokenize  --model FILE TEXT          Hugging Face's tokenizers on one thread, in bytes
    peer.py llama     --model FILE --rows FILE   llama.cpp's evaluation of prompts, in tokens
    peer.py json      DATASET                    Python's own json, in bytes

Each prints lines of JSON with name, amount and seconds, as lethe-bench does. `scripts/bench-peers` installs what it needs.
"""
import argparse
import json
import os
import random
import resource
import time

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("task", choices=["engine", "forget", "tokenize", "llama", "json"])
parser.add_argument("text", nargs="?")
parser.add_argument("--model")
parser.add_argument("--rows")
parser.add_argument("--reference")
parser.add_argument("--labels")
parser.add_argument("--limit", type=int, default=150)
parser.add_argument("--batch", type=int, default=8)
parser.add_argument("--maximum-tokens", type=int, default=160)
parser.add_argument("--epochs", type=int, nargs=3, default=[2, 5, 2], help="of align, custom and safety")
parser.add_argument("--learning-rate", type=float, default=2e-4)
options = parser.parse_intermixed_args()


def tell(name, amount, seconds, **more):
    print(json.dumps({"name": name, "amount": amount, "seconds": seconds, **more}), flush=True)


def load_tokenizer():
    from transformers import AutoTokenizer
    folder, name = os.path.split(os.path.abspath(options.model))
    return AutoTokenizer.from_pretrained(folder, gguf_file=name)


def read(path, tokenizer):
    """Each row's tokens, and where its answer begins."""
    rows = []
    for line in open(path, encoding="utf-8"):
        messages = json.loads(line)["messages"]
        turns = [f"<|im_start|>{m['role']}\n{m['content']}<|im_end|>\n" for m in messages[:-1]]
        prompt = tokenizer.encode("".join(turns) + "<|im_start|>assistant\n", add_special_tokens=False)
        answer = tokenizer.encode(messages[-1]["content"] + "<|im_end|>", add_special_tokens=False)
        answer = answer[: options.maximum_tokens - 1]
        prompt = prompt[-(options.maximum_tokens - len(answer)):]
        rows.append((prompt + answer, len(prompt)))
        if len(rows) == options.limit:
            break
    return rows


class Model:
    """A causal language model with the usual adapter: LoRA of rank 8 on the query and value projections."""

    def __init__(self):
        import torch
        from peft import LoraConfig, get_peft_model
        from transformers import AutoModelForCausalLM
        self.torch = torch
        torch.manual_seed(0)
        random.seed(0)
        folder, name = os.path.split(os.path.abspath(options.model))
        base = AutoModelForCausalLM.from_pretrained(folder, gguf_file=name, dtype=torch.float32)
        self.model = get_peft_model(
            base, LoraConfig(r=8, lora_alpha=16, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"))

    def batches(self, rows):
        order = sorted(range(len(rows)), key=lambda row: len(rows[row][0]))
        return [order[start:start + options.batch] for start in range(0, len(order), options.batch)]

    def losses(self, rows, batch):
        torch = self.torch
        width = max(len(rows[row][0]) for row in batch)
        ids = torch.zeros(len(batch), width, dtype=torch.long)
        mask = torch.zeros(len(batch), width, dtype=torch.long)
        targets = torch.full((len(batch), width), -100)
        for place, row in enumerate(batch):
            tokens, start = rows[row]
            ids[place, :len(tokens)] = torch.tensor(tokens)
            mask[place, :len(tokens)] = 1
            targets[place, start:len(tokens)] = torch.tensor(tokens[start:])
        logits = self.model(input_ids=ids, attention_mask=mask).logits[:, :-1]
        losses = torch.nn.functional.cross_entropy(
            logits.reshape(-1, logits.shape[-1]), targets[:, 1:].reshape(-1), reduction="none", ignore_index=-100)
        return losses.view(len(batch), -1), targets[:, 1:] != -100

    def train(self, rows, epochs):
        self.model.train()
        optimizer = self.torch.optim.AdamW(
            [p for p in self.model.parameters() if p.requires_grad], lr=options.learning_rate)
        for _ in range(epochs):
            batches = self.batches(rows)
            random.shuffle(batches)
            for batch in batches:
                losses, mask = self.losses(rows, batch)
                (losses.sum() / mask.sum()).backward()
                optimizer.step()
                optimizer.zero_grad()

    def score(self, rows):
        self.model.eval()
        scores = [0.0] * len(rows)
        with self.torch.no_grad():
            for batch in self.batches(rows):
                losses, mask = self.losses(rows, batch)
                for place, row in enumerate(batch):
                    scores[row] = (losses[place].sum() / mask[place].sum()).item()
        return scores


def auroc(scores, unsafe):
    order = sorted(range(len(scores)), key=lambda row: scores[row])
    ranks = {row: rank for rank, row in enumerate(order, 1)}
    positives = sum(unsafe)
    total = sum(ranks[row] for row in range(len(scores)) if unsafe[row])
    return (total - positives * (positives + 1) / 2) / (positives * (len(scores) - positives))


if options.task == "engine":
    model, rows = Model(), read(options.rows, load_tokenizer())
    tokens = sum(len(row[0]) for row in rows)
    start = time.time()
    model.train(rows, 1)
    tell("train", tokens, time.time() - start)
    start = time.time()
    model.score(rows)
    tell("score", tokens, time.time() - start)
elif options.task == "forget":
    model, tokenizer = Model(), load_tokenizer()
    rows, safe = read(options.rows, tokenizer), read(options.reference, tokenizer)
    start = time.time()
    align, custom, safety = options.epochs
    model.train(safe, align)
    model.train(rows, custom)
    before = model.score(rows)
    model.train(safe, safety)
    after = model.score(rows)
    seconds = time.time() - start
    more = {"peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}
    if options.labels:
        labels = [json.loads(line)["label"] == "unsafe" for line in open(options.labels)][: len(rows)]
        more["auroc"] = auroc([b - a for a, b in zip(before, after)], [not label for label in labels])
    tokens = sum(len(r[0]) for r in rows) * (custom + 2) + sum(len(r[0]) for r in safe) * (align + safety)
    tell("forget", tokens, seconds, **more)
elif options.task == "tokenize":
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    tokenizer = load_tokenizer().backend_tokenizer
    lines = open(options.text, encoding="utf-8").read().split("\n")
    start = time.time()
    tokens = sum(len(tokenizer.encode(line, add_special_tokens=False).ids) for line in lines)
    seconds = time.time() - start
    tell("tokenize", sum(len(line.encode()) for line in lines), seconds)
    tell("tokens", tokens, seconds)
elif options.task == "llama":
    from llama_cpp import Llama
    llama = Llama(options.model, n_ctx=1024, n_batch=512, n_threads=2, n_threads_batch=2, logits_all=False, verbose=False)
    rows = read(options.rows, load_tokenizer())
    start = time.time()
    for tokens, _ in rows:
        llama.reset()
        llama.eval(tokens)
    tell("score", sum(len(row[0]) for row in rows), time.time() - start)
else:
    start = time.time()
    for line in open(options.text, "rb"):
        json.loads(line)
    tell("json", os.path.getsize(options.text), time.time() - start)
