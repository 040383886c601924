"""Fitting: who has a say, what is learnt, and that it is the same each time."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from ingest.recordings.player import BASE_S
from processing.method import Method
from processing.posture.evidence import evidence
from processing.posture.hidden_markov import NO_MESSAGE, smooth
from processing.posture.observed import Carried, Observed, observe
from processing.posture.posture_model import Angles, PostureModel
from sitstreak.fitting.angles import fit_angles
from sitstreak.fitting.choices import CHOICES
from sitstreak.fitting.example import Example
from sitstreak.fitting.fit import FittingError, fit_method
from sitstreak.fitting.parameters import SINGLE, TERMS, as_model, as_vector
from sitstreak.fitting.prior import PRIORS, deviations, starts
from sitstreak.fitting.rows import rows_of
from sitstreak.fitting.write import module_text
from tests.support.labelled_people import acted
from tests.support.made_up_rows import NOTHING_BEFORE

METHOD = Method()
DAY = (("w", 40), ("u", 30), ("s", 60), ("w", 30), ("l", 40), ("u", 20), ("w", 20), ("s", 30))


def example(subject: str, *runs: tuple[str, int], data_set: str = "harth") -> Example:
    session = acted(subject, *(runs or DAY), data_set=data_set)
    return session.example(session.features(METHOD))


@pytest.fixture(scope="module")
def people() -> list[Example]:
    return [
        example("a"),
        example("b", *DAY[::-1], ("w", 20)),
        example("c", ("w", 50), *DAY, data_set="hapt"),
    ]


@pytest.fixture(scope="module")
def fitted(people: list[Example]) -> Method:
    return fit_method(people)


def answers(method: Method, one: Example) -> np.ndarray:
    observed = observe(one.features, method, Carried())
    terms = evidence(observed, method.posture.angles, method)
    p = smooth(terms, method.posture, BASE_S, NO_MESSAGE, look_ahead_minutes=10).p
    best = p.argmax(axis=1)
    return np.asarray(np.array(["sit", "stand", "walk", "lie"])[best])


def test_what_can_be_told_apart_is_told_apart(people: list[Example], fitted: Method) -> None:
    for one in people:
        assert np.mean(answers(fitted, one) == one.truth) > 0.95


def test_it_learns_from_the_labels_and_not_from_the_prior(people: list[Example]) -> None:
    other = {"sit": "stand", "stand": "sit"}
    swapped = [
        replace(one, truth=np.array([other.get(t, t) for t in one.truth.tolist()]))
        for one in people
    ]
    method = fit_method(swapped)
    for one in swapped:
        static = np.isin(one.truth, ("sit", "stand"))
        assert np.mean((answers(method, one) == one.truth)[static]) > 0.9


def test_the_same_examples_give_the_same_numbers(people: list[Example], fitted: Method) -> None:
    assert module_text(fit_method(people).posture) == module_text(fitted.posture)


def test_what_is_shipped_has_no_say(people: list[Example], fitted: Method) -> None:
    other = as_model(starts() + 1, NOTHING_BEFORE)
    assert fit_method(people, replace(METHOD, posture=other)).posture == fitted.posture


def test_who_is_left_out_has_no_say(people: list[Example]) -> None:
    alone = fit_method(people[:2])
    fit_method(people)
    assert fit_method(people[:2]) == alone
    assert fit_method(people) != alone


def test_only_the_posture_model_is_fitted(fitted: Method) -> None:
    assert replace(fitted, posture=METHOD.posture) == METHOD


def test_steps_are_told(people: list[Example]) -> None:
    steps: list[int] = []
    brief = replace(CHOICES, max_iterations=3)
    fit_method(people, METHOD, brief, on_step=lambda: steps.append(1))
    assert len(steps) == 3


@pytest.mark.parametrize("missing", ["s", "u", "w"])
def test_a_posture_that_nobody_shows_is_refused(missing: str) -> None:
    name = {"s": "sit", "u": "stand", "w": "walk"}[missing]
    runs = [run for run in DAY if run[0] != missing]
    with pytest.raises(FittingError, match=f"^no recording shows {name}:"):
        fit_method([example("a", *runs)])
    with pytest.raises(FittingError, match="sit, stand, walk"):
        fit_method([])


def test_lying_may_be_missing() -> None:
    runs = [run for run in DAY if run[0] != "l"]
    assert isinstance(fit_method([example("a", *runs)]).posture, PostureModel)


def votes(examples: Sequence[Example]) -> np.ndarray:
    observed = [observe(one.features, METHOD, Carried()) for one in examples]
    rows = rows_of(examples, observed, METHOD.posture.angles, METHOD, CHOICES)
    return np.array([rows.weight[rows.state == k].sum() for k in range(4)])


def test_each_data_set_has_one_vote_a_posture_however_large_it_is(people: list[Example]) -> None:
    vote = np.array([CHOICES.sit_vote, CHOICES.stand_vote, CHOICES.walk_vote, CHOICES.lie_vote])
    np.testing.assert_allclose(votes(people[:1]), vote)
    np.testing.assert_allclose(votes(people[:2]), vote)
    np.testing.assert_allclose(votes(people), 2 * vote)


def test_a_long_bout_counts_for_little_more_than_a_short_one() -> None:
    one = example("a", ("s", 120), ("u", 30), ("s", 480))
    observed = [observe(one.features, METHOD, Carried())]
    rows = rows_of([one], observed, METHOD.posture.angles, METHOD, CHOICES)
    short, long = rows.weight[:120].sum(), rows.weight[150:].sum()
    # 120 s / (1 + 120 / 120) = 60 s against 480 s / (1 + 480 / 120) = 96 s
    assert long / short == pytest.approx(96 / 60, rel=1e-6)


def posed(one: Example, sit_deg: float) -> Observed:
    """What is observed of someone who sits at this pitch and lies at 85 degrees."""
    seen = observe(one.features, METHOD, Carried())
    n = len(one.truth)
    pitch = np.where(one.truth == "sit", sit_deg, 0.0)
    tilt = np.where(one.truth == "lie", 85.0, pitch)
    pose = replace(seen.pose, pitch_deg=pitch, tilt_deg=tilt, known=np.ones(n, bool))
    return replace(seen, pose=pose, standing_deg=np.zeros(n), stretch_s=np.full(n, 10.0))


def at(angles: Angles, curve: tuple[float, ...], deg: float) -> float:
    return curve[angles.knots_deg.index(deg)]


def test_angles_are_densities_around_where_people_were() -> None:
    one = example("a")
    narrow = replace(CHOICES, sit_smoothing_deg=4.0)
    angles = fit_angles([one], [posed(one, 40.0)], narrow)
    # a normal distribution of SD 4 and a floor on 191 degrees
    expected = (1 / (4 * np.sqrt(2 * np.pi)) + 0.0015) / (1 + 191 * 0.0015)
    assert at(angles, angles.sit, 40.0) == pytest.approx(np.log(expected), abs=0.001)
    assert at(angles, angles.sit, -40.0) == pytest.approx(np.log(0.0015 / 1.2865), abs=0.001)
    assert at(angles, angles.lie, 84.0) == max(angles.lie)
    assert at(angles, angles.stand, 0.0) == max(angles.stand)


def test_angles_are_against_how_the_wearer_stands() -> None:
    one = example("a")
    seen = replace(posed(one, 40.0), standing_deg=np.full(len(one.truth), 8.0))
    angles = fit_angles([one], [seen], CHOICES)
    assert at(angles, angles.sit, 32.0) == max(angles.sit)
    assert at(angles, angles.lie, 84.0) == max(angles.lie)


def test_a_person_is_one_vote_however_long_and_a_data_set_however_many() -> None:
    a, b = example("a"), example("b", ("w", 40), ("u", 30), ("s", 400))
    two = fit_angles([a, b], [posed(a, 40.0), posed(b, 0.0)], CHOICES)
    assert at(two, two.sit, 40.0) == at(two, two.sit, 0.0)
    c = example("c", data_set="hapt")
    three = fit_angles([a, b, c], [posed(a, 40.0), posed(b, 0.0), posed(c, 80.0)], CHOICES)
    above_floor = [np.exp(at(three, three.sit, x)) - 0.0015 / 1.2865 for x in (0.0, 40.0, 80.0)]
    np.testing.assert_allclose(above_floor, above_floor[0] * np.array([1, 1, 2]), rtol=0.01)


def test_an_angle_in_passing_does_not_count() -> None:
    one = example("a")
    seen = replace(posed(one, 40.0), stretch_s=np.full(len(one.truth), 2.0))
    angles = fit_angles([one], [seen], CHOICES)
    assert len(set(angles.sit)) == 1


@pytest.mark.parametrize("name", TERMS)
def test_each_prior_is_that_of_its_term(name: str) -> None:
    assert tuple(one.term for one in PRIORS[name]) == TERMS[name]
    assert all(one.sd > 0 and one.why for one in PRIORS[name])


def test_a_vector_and_a_model_are_the_same_numbers() -> None:
    assert list(PRIORS) == [*TERMS, *SINGLE]
    vector = starts() + 0.123456 * deviations()
    model = as_model(vector, NOTHING_BEFORE)
    values = {name: getattr(model, name) for name in (*TERMS, *SINGLE)}
    np.testing.assert_array_equal(as_vector(values), vector)
    rounded = as_model(vector, NOTHING_BEFORE, 4)
    assert rounded.sit[0] == round(vector[0], 4)
    assert model.lie_upright == vector[-1]
