"""All loss terms of one batch."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from ..backbone import Backbone
from ..critic import Critic
from ..data.feed import Batch
from ..data.labels import VOID
from ..data.sampler import CROSS, LONE, NONE, SCENE, SELF
from ..losses import colour, contrast, correspondence, perceptual, structure, temporal
from ..losses.detector import FrozenDetector, detector_terms
from ..losses.reduce import mean_of
from ..network.colour import rgb_to_ycc
from ..network.compose import compose
from ..network.generator import Drawn
from ..network.model import Model


def draw(model: Model, thermal: Tensor, reference: Tensor, kind: Tensor) -> tuple[Drawn, Tensor]:
    """One pass in bfloat16 where the device has it -> (float32 Drawn, RGB)."""
    with torch.autocast(thermal.device.type, dtype=torch.bfloat16):
        drawn = model.generator.draw(thermal, model.tokens(reference, kind == NONE), stop=True)
    drawn = Drawn(*(part.float() for part in drawn))
    return drawn, compose(drawn.maps, thermal, drawn.low)


def content_terms(x: Batch, drawn: Drawn, rgb: Tensor) -> dict[str, Tensor]:
    """Terms that need no other network."""
    kind, target = x["kind"], x["target"]
    foreign = ((kind == CROSS) | (kind == LONE)).float()
    known = torch.where(foreign > 0, 0.0, torch.where(kind == SELF, 1.0, 0.8))
    paired = (kind != LONE).float()
    made_up = x["made_up"].float()
    masks = colour.class_masks(x["things"])
    luma, wanted = rgb_to_ycc(rgb)[:, :1], rgb_to_ycc(target)[:, :1]
    things = x["things"][:, 4::8, 4::8].long()
    return {
        "colour": colour.colour_loss(rgb, target, known),
        "statistics": colour.statistics_loss(rgb, x["reference"], 0.4 * foreign)
        + colour.statistics_loss(rgb, target, known),
        "palette": colour.palette_loss(rgb, masks, x["palette"], x["palette_area"]),
        "polarity": colour.polarity_loss(rgb, masks, target, paired),
        "structure": structure.structure_loss(luma, x["clean"], wanted, x["things"], paired),
        "kept": structure.kept_loss(luma, x["clean"], x["things"]),
        "edges": structure.edge_loss(luma, x["clean"], wanted, known),
        "even": structure.even_loss(rgb_to_ycc(rgb), rgb_to_ycc(target), x["clean"], paired),
        "calm": structure.calm_loss(luma, wanted, masks, paired),
        "detail": structure.detail_loss(luma, wanted, known * (0.3 + 0.7 * made_up)),
        "contrast": contrast.contrast_loss(luma, wanted, known + 0.3 * paired * foreign),
        "things": F.cross_entropy(drawn.things, things.where(things != VOID, -1), ignore_index=-1)
        if bool((things != VOID).any())
        else rgb.new_zeros(()),
        "match": correspondence.correspondence_loss(drawn.logits, x["match"]),
    }


def feature_terms(x: Batch, rgb: Tensor, backbone: Backbone, side: int) -> dict[str, Tensor]:
    """Perceptual distance and PatchNCE, in one random square (a window halves the cost of the backbone)."""
    kind = x["kind"]
    known = torch.where((kind == CROSS) | (kind == LONE), 0.0, torch.where(kind == SELF, 1.0, 0.8))
    top, left = (int(v) for v in torch.randint(0, rgb.shape[-1] - side + 1, (2,)))
    window = (slice(None), slice(None), slice(top, top + side), slice(left, left + side))
    with torch.autocast(rgb.device.type, dtype=torch.bfloat16):
        with torch.no_grad():
            real = [f.float() for f in backbone(x["target"][window])]
        ours = [f.float() for f in backbone(rgb[window].clamp(-0.2, 1.2))]
    return {
        "perceptual": perceptual.perceptual_loss(ours, real, known),
        "patch_nce": correspondence.patch_nce(ours[2], real[2], known),
    }


def detector_terms_of(x: Batch, rgb: Tensor, detector: FrozenDetector, count: int = 3) -> dict[str, Tensor]:
    """The detector-aware terms on the first ``count`` samples whose real picture is known."""
    kind = x["kind"]
    picked = torch.nonzero((kind == SELF) | (kind == SCENE) | (kind == NONE)).flatten()[:count]
    if not len(picked):
        return {}
    with torch.autocast(rgb.device.type, dtype=torch.bfloat16):
        with torch.no_grad():
            real = detector(x["target"][picked])
        ours = detector(rgb[picked].clamp(0, 1))
    return detector_terms(ours, real)


def steadiness_term(model: Model, x: Batch, drawn: Drawn, moving: bool) -> Tensor:
    """Two samples again: shifted with fresh noise (all maps), or through another gain and gamma (colours only)."""
    thermal, reference, kind = x["thermal"][:2], x["reference"][:2], x["kind"][:2]
    dx = dy = 0
    if moving:
        dx, dy = (int(v) for v in torch.randint(-3, 4, (2,)))
        again = torch.roll(thermal, (4 * dy, 4 * dx), (2, 3)) + 0.015 * torch.randn_like(thermal)
    else:
        gain, offset, gamma = (torch.rand(3, len(thermal), 1, 1, 1, device=thermal.device) * 2 - 1).unbind(0)
        again = ((thermal - 0.5) * (1 + 0.2 * gain) + 0.5 + 0.1 * offset).clamp(0.001, 1) ** (1 + 0.2 * gamma)
    other, _ = draw(model, again, reference, kind)
    return temporal.steadiness_loss(drawn.maps[:2], other.maps, dx, dy, 6 if moving else 3)


def adversarial_term(critic: Critic, x: Batch, rgb: Tensor) -> Tensor:
    """The generator's side of the hinge loss, on real pairs and without-reference pictures alike."""
    with torch.autocast(rgb.device.type, dtype=torch.bfloat16):
        verdict = critic(rgb, x["thermal"]).float()
    return -mean_of(verdict, (~x["made_up"]).float())
