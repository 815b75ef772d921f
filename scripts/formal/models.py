# SPDX-License-Identifier: Apache-2.0
"""What there is to explore (docs/formal/models.toml), and what must come of it."""

import re
import tomllib
from dataclasses import dataclass

FOLDER = "docs/formal"


class ModelError(Exception):
    """models.toml and the models do not fit each other."""


@dataclass(frozen=True)
class Case:
    model: str
    name: str
    options: tuple
    breaks: str = ""  # of a mutant: part of the assertion that must break

    def __str__(self):
        return f"{self.model}: {self.name}"


def cases_of(model):
    for variant in model["variants"]:
        yield Case(model["name"], variant["name"], tuple(variant.get("options", ())))
    usual = model["variants"][0].get("options", [])
    for mutant in model["mutants"]:
        options = (*mutant.get("options", usual), f"-DMUTANT_{mutant['name']}")
        yield Case(model["name"], mutant["name"], options, mutant["breaks"])


def check_mutants(root, model):
    """Every switch in the model is listed, and nothing else."""
    text = "".join(part.read_text(encoding="utf-8")
                   for part in sorted((root / FOLDER).glob(f"{model['name']}*.pml")))
    in_model = set(re.findall(r"#ifn?def MUTANT_(\w+)", text))
    listed = {mutant["name"] for mutant in model["mutants"]}
    if in_model != listed:
        raise ModelError(f"{model['name']}: listed or in the model, not both:"
                         f" {sorted(in_model ^ listed)}")


def read(root):
    listed = tomllib.loads((root / FOLDER / "models.toml").read_text(encoding="utf-8"))["model"]
    for model in listed:
        check_mutants(root, model)
    return [case for model in listed for case in cases_of(model)]


def fault_of(case, outcome):
    """What is wrong with the outcome, or ''."""
    if not outcome.complete:
        return "the search was not completed"
    if not case.breaks:
        return f"broken: {outcome.error}" if outcome.error else ""
    if not outcome.error:
        return "holds, although a protection is missing"
    if case.breaks not in outcome.error:
        return f"breaks elsewhere: {outcome.error}"
    return ""


def never_reached(known, results):
    """Statements that none of a model's variants reached: what they say was not tried. Models of
    which not every variant ran are left out."""
    unreached = {case: outcome.unreached for case, outcome, _ in results}
    by_model = {}
    for case in known:
        if not case.breaks:
            by_model.setdefault(case.model, []).append(unreached.get(case, frozenset()))
    return [f"{model}: never reached: {file}:{number}: {statement}"
            for model, sets in by_model.items()
            for file, number, statement in sorted(frozenset.intersection(*sets))]
