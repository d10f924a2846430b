"""Factor analysis of a correlation matrix: extraction, oblique rotation, Schmid and Leiman.

Extraction by unweighted least squares ("minres", Harman and Jones 1966) or maximum likelihood
(Lawley and Maxwell 1971); rotation by direct quartimin (oblimin with gamma 0, Jennrich and
Sampson 1966) from varimax, with the gradient projection of Bernaards and Jennrich (2005). Equal to
R psych's `fa(fm = "minres" | "ml")` and `schmid` up to the optimisers' tolerance.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Method = Literal["minres", "ml"]
Fit = Callable[[Floats, Floats, int], tuple[float, Floats]]
STARTS, ASIDE, TINY, STILL = 8, 1e-3, 1e-12, 1e-10
FEW = 3
"""Of so many factors planes are turned one after the other: three planes at the most."""
LEAST, MOST = 0.005, 1.0
"""Bounds of a uniqueness, as psych's; a solution at the lower one is a Heywood case."""


@dataclass(frozen=True)
class Factors:
    """loadings: items × factors (pattern); phi: correlations of the factors, the identity when
    they are orthogonal; uniqueness: one per item; heywood: whether one lies at its lower bound.
    """

    loadings: Floats
    phi: Floats
    uniqueness: Floats
    heywood: bool

    @property
    def explained(self) -> Floats:
        """Variance explained by each factor, in items (oblique: diag of Φ L'L)."""
        return np.asarray(np.diag(self.phi @ self.loadings.T @ self.loadings), dtype=np.float64)


def identified(k: int, n_factors: int) -> bool:
    """Whether k items can tell so many factors apart: (k - m)² >= k + m (Lawley and Maxwell)."""
    return (k - n_factors) ** 2 >= k + n_factors


def most_identified(k: int, wanted: int) -> int:
    """The largest number of factors, at most as many as wanted and at least one, that k items can
    tell apart.
    """
    return next((m for m in range(wanted, 1, -1) if identified(k, m)), 1)


def smc(R: Floats) -> Floats:
    """Squared multiple correlation of each item with the others, from a regular matrix."""
    return np.asarray(1 - 1 / np.diag(np.linalg.inv(R)), dtype=np.float64)


def extract(R: Floats, n_factors: int, method: Method = "minres") -> Factors:
    """Unrotated factors of a regular correlation matrix, each with a positive sum of loadings:
    the best of several starts (psych's `fa` has one and can end beside the optimum).

    ValueError unless 1 <= n_factors < items.
    """
    if not 1 <= n_factors < len(R):
        raise ValueError("there are fewer factors than items, and at least one")
    fit = _least_squares if method == "minres" else _likelihood
    found = [_fitted(fit, R, n_factors, start) for start in _starts(R, n_factors)]
    psi = min(found, key=lambda end: round(end[1], 9))[0]
    loadings = _loadings(R, psi, n_factors, method)
    return Factors(loadings, np.eye(n_factors), psi, bool((psi <= LEAST + 1e-8).any()))


def _starts(R: Floats, n_factors: int) -> list[Floats]:
    """Uniquenesses to begin at. Of several factors a Heywood case can be a valley of its own
    beside a deeper one, so that a few seeded random ones are tried as well.
    """
    usual = np.clip(1 - smc(R), LEAST, MOST) if len(R) > 2 else np.full(len(R), 0.5)
    random = np.random.default_rng(0).uniform(0.05, 0.95, (STARTS, len(R)))
    return [usual] if n_factors == 1 else [usual, *random]


def _fitted(fit: Fit, R: Floats, n_factors: int, start: Floats) -> tuple[Floats, float]:
    """The uniquenesses where the descent from `start` ends, and the discrepancy there."""
    from scipy.optimize import minimize

    found = minimize(
        fit, start, (R, n_factors), "L-BFGS-B", jac=True,
        bounds=[(LEAST, MOST)] * len(R), options={"ftol": 1e-15, "gtol": 1e-9, "maxiter": 5000},
    )  # fmt: skip
    return np.asarray(found.x, dtype=np.float64), float(found.fun)


def _least_squares(psi: Floats, R: Floats, n_factors: int) -> tuple[float, Floats]:
    """Half the squares of the eigenvalues of R - Ψ that the factors leave, and its gradient."""
    values, vectors = np.linalg.eigh(R - np.diag(psi))
    rest, left = values[:-n_factors], vectors[:, :-n_factors]
    return float(rest @ rest) / 2, np.asarray(-((left**2) @ rest), dtype=np.float64)


def _likelihood(psi: Floats, R: Floats, n_factors: int) -> tuple[float, Floats]:
    """The concentrated likelihood's discrepancy (as R's factanal), and its gradient."""
    scale = 1 / np.sqrt(psi)
    values, vectors = np.linalg.eigh(R * np.outer(scale, scale))
    rest = values[:-n_factors]
    value = float((rest - np.log(rest)).sum() - len(rest))
    top, held = vectors[:, -n_factors:], values[-n_factors:]
    loadings = np.sqrt(psi)[:, None] * top * np.sqrt(np.maximum(held - 1, 0))
    residual = loadings @ loadings.T + np.diag(psi) - R
    return value, np.asarray(np.diag(residual) / psi**2, dtype=np.float64)


def _loadings(R: Floats, psi: Floats, n_factors: int, method: Method) -> Floats:
    if method == "minres":
        values, vectors = np.linalg.eigh(R - np.diag(psi))
        found = vectors * np.sqrt(np.maximum(values, 0))
    else:
        root = np.sqrt(psi)
        values, vectors = np.linalg.eigh(R / np.outer(root, root))
        found = root[:, None] * vectors * np.sqrt(np.maximum(values - 1, 0))
    kept = found[:, ::-1][:, :n_factors]
    return np.asarray(kept * np.where(kept.sum(axis=0) < 0, -1.0, 1.0), dtype=np.float64)


def oblimin(factors: Factors, *, rounds: int = 1000, close: float = 1e-7) -> Factors:
    """The factors rotated to simple structure, allowed to correlate.

    The simplest solution next to varimax's, as psych's `schmid`. The lowest criterion of all can be
    a first factor of all items beside two of none: simple, and no general factor behind them.
    """
    if factors.loadings.shape[1] == 1:
        return factors
    start = factors.loadings @ varimax(factors.loadings)
    m = start.shape[1]
    T = _descend(start, np.eye(m), rounds, close)[0]
    aside = T + ASIDE * np.random.default_rng(0).standard_normal((m, m))
    T, L, _value = _descend(start, aside / np.sqrt((aside**2).sum(axis=0)), rounds, close)
    signs = np.where(L.sum(axis=0) < 0, -1.0, 1.0)
    order = np.argsort(-(L**2).sum(axis=0), kind="stable")
    phi = (T.T @ T) * np.outer(signs, signs)
    turned, phi = (L * signs)[:, order], phi[np.ix_(order, order)]
    return Factors(turned, phi, factors.uniqueness, factors.heywood)


def varimax(loadings: Floats, *, rounds: int = 1000) -> Floats:
    """The orthogonal rotation of the largest varimax criterion, rows of length 1 (Kaiser 1958).

    The best of the unrotated start and a few seeded random ones; R's `varimax` has the first only.
    """
    size = np.sqrt((loadings**2).sum(axis=1))
    A = loadings / np.where(size > 0, size, 1.0)[:, None]
    m = A.shape[1]
    random = np.random.default_rng(0)
    starts = [np.linalg.qr(random.standard_normal((m, m)))[0] for _ in range(STARTS)]
    turn = _plane_by_plane if m <= FEW else _all_planes
    found = [turn(A, T, rounds) for T in (np.eye(m), *starts)]
    return max(found, key=lambda end: round(end[1], 9))[0]


def _all_planes(A: Floats, T: Floats, rounds: int) -> tuple[Floats, float]:
    """Singular value iteration from T: where it ends, and the criterion there. A round costs little
    however many factors there are, but a flat criterion takes hundreds of them.
    """
    before = 0.0
    for _ in range(rounds):
        L = A @ T
        left, values, right = np.linalg.svd(A.T @ (L**3 - L * (L**2).mean(axis=0)))
        T = left @ right
        if values.sum() <= before * (1 + TINY):
            break
        before = float(values.sum())
    return T, float(((A @ T) ** 2).var(axis=0).sum())


def _plane_by_plane(A: Floats, T: Floats, rounds: int) -> tuple[Floats, float]:
    """Kaiser's rotations of two factors at a time from T: where they end, and the criterion there.

    Each angle is the best of its plane, so that few rounds are needed where the criterion is flat.
    """
    T, L = T.copy(), A @ T
    m = L.shape[1]
    for _ in range(rounds):
        turned = 0.0
        for j in range(m):
            for k in range(j + 1, m):
                angle = _plane_angle(L[:, j], L[:, k])
                c, s = np.cos(angle), np.sin(angle)
                turn = np.array([[c, -s], [s, c]])
                L[:, [j, k]] = L[:, [j, k]] @ turn
                T[:, [j, k]] = T[:, [j, k]] @ turn
                turned = max(turned, abs(angle))
        if turned < STILL:
            break
    return T, float((L**2).var(axis=0).sum())


def _plane_angle(x: Floats, y: Floats) -> float:
    """By which the plane of two factors is turned for the largest varimax criterion; 0 where every
    angle is as good.
    """
    u, v = x * x - y * y, 2 * x * y
    a, b, p = float(u.sum()), float(v.sum()), len(x)
    across = 2 * float(u @ v) - 2 * a * b / p
    along = float(u @ u - v @ v) - (a * a - b * b) / p
    return float(np.arctan2(across, along)) / 4 if abs(across) + abs(along) > TINY else 0.0


def _descend(A: Floats, T: Floats, rounds: int, close: float) -> tuple[Floats, Floats, float]:
    """Gradient projection from T: where it ends, the loadings there and the criterion."""
    L, value, gradient = _quartimin(A, T)
    step = 1.0
    for _ in range(rounds):
        projected = gradient - T * (T * gradient).sum(axis=0)
        size = float(np.linalg.norm(projected))
        if size < close:
            break
        step *= 2
        while step > TINY:
            X = T - step * projected
            trial = X / np.sqrt((X**2).sum(axis=0))
            new = _quartimin(A, trial)
            if value - new[1] > 0.5 * size**2 * step:
                T, (L, value, gradient) = trial, new
                break
            step /= 2
    return T, L, value


def _quartimin(A: Floats, T: Floats) -> tuple[Floats, float, Floats]:
    """Rotated loadings, criterion Σ_{j≠k} Σ_i l_ij² l_ik² / 4, and its gradient at T."""
    inverse = np.linalg.inv(T)
    L = A @ inverse.T
    others = (L**2) @ (1 - np.eye(len(T)))
    return L, float((L**2 * others).sum()) / 4, -(L.T @ (L * others) @ inverse).T


@dataclass(frozen=True)
class Bifactor:
    """Schmid and Leiman's solution: each item on the general factor and on its group's.

    general: one loading per item; uniqueness: what no factor explains.
    """

    general: Floats
    groups: Floats
    uniqueness: Floats


def schmid_leiman(R: Floats, n_factors: int = 3) -> Bifactor:
    """A general factor behind `n_factors` correlated ones, as psych's `schmid`.

    One factor is its own general factor; of two, the general one loads equally on both.
    """
    first = oblimin(extract(R, n_factors))
    uniqueness = first.uniqueness
    if n_factors == 1:
        return Bifactor(first.loadings[:, 0], np.zeros_like(first.loadings), uniqueness)
    if n_factors == 2:
        second = np.sqrt(np.abs(first.phi[0, 1])) * np.ones(2)
    else:
        second = extract(first.phi, 1).loadings[:, 0]
    general = first.loadings @ second
    groups = first.loadings * np.sqrt(np.maximum(1 - second**2, 0))
    return Bifactor(general, groups, uniqueness)
