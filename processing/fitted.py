"""Made by `sitstreak fit`; do not edit."""

from __future__ import annotations

from typing import Final

from processing.posture_model import Angles, PostureModel

FITTED: Final = PostureModel(
    angles=Angles(
        knots_deg=(
            -60.0,
            -56.0,
            -52.0,
            -48.0,
            -44.0,
            -40.0,
            -36.0,
            -32.0,
            -28.0,
            -24.0,
            -20.0,
            -16.0,
            -12.0,
            -8.0,
            -4.0,
            0.0,
            4.0,
            8.0,
            12.0,
            16.0,
            20.0,
            24.0,
            28.0,
            32.0,
            36.0,
            40.0,
            44.0,
            48.0,
            52.0,
            56.0,
            60.0,
            64.0,
            68.0,
            72.0,
            76.0,
            80.0,
            84.0,
            88.0,
            92.0,
            96.0,
            100.0,
            104.0,
            108.0,
            112.0,
            116.0,
            120.0,
            124.0,
            128.0,
        ),
        sit=(
            -6.754,
            -6.754,
            -6.752,
            -6.746,
            -6.728,
            -6.686,
            -6.613,
            -6.52,
            -6.432,
            -6.36,
            -6.28,
            -6.132,
            -5.886,
            -5.58,
            -5.279,
            -5.021,
            -4.816,
            -4.663,
            -4.553,
            -4.473,
            -4.398,
            -4.308,
            -4.204,
            -4.116,
            -4.08,
            -4.115,
            -4.216,
            -4.364,
            -4.534,
            -4.711,
            -4.91,
            -5.16,
            -5.481,
            -5.858,
            -6.228,
            -6.51,
            -6.664,
            -6.725,
            -6.742,
            -6.745,
            -6.746,
            -6.748,
            -6.75,
            -6.752,
            -6.753,
            -6.754,
            -6.754,
            -6.754,
        ),
        stand=(
            -8.167,
            -8.167,
            -8.167,
            -8.167,
            -8.167,
            -8.167,
            -8.16,
            -8.13,
            -8.058,
            -7.942,
            -7.693,
            -7.001,
            -5.789,
            -4.547,
            -3.606,
            -3.045,
            -2.863,
            -3.045,
            -3.575,
            -4.43,
            -5.558,
            -6.772,
            -7.606,
            -7.949,
            -8.099,
            -8.154,
            -8.166,
            -8.167,
            -8.167,
            -8.167,
            -8.167,
            -8.167,
            -8.167,
            -8.167,
            -8.167,
            -8.167,
            -8.167,
            -8.167,
            -8.167,
            -8.167,
            -8.167,
            -8.167,
            -8.167,
            -8.167,
            -8.167,
            -8.167,
            -8.167,
            -8.167,
        ),
        lie=(
            -8.555,
            -8.555,
            -8.555,
            -8.555,
            -8.555,
            -8.555,
            -8.555,
            -8.555,
            -8.555,
            -8.555,
            -8.555,
            -8.555,
            -8.555,
            -8.555,
            -8.555,
            -8.555,
            -8.555,
            -8.555,
            -8.555,
            -8.555,
            -8.555,
            -8.554,
            -8.549,
            -8.533,
            -8.487,
            -8.365,
            -8.072,
            -7.643,
            -7.309,
            -7.235,
            -7.359,
            -7.17,
            -6.394,
            -5.575,
            -4.916,
            -4.381,
            -3.945,
            -3.607,
            -3.372,
            -3.259,
            -3.305,
            -3.548,
            -4.02,
            -4.747,
            -5.739,
            -6.93,
            -7.994,
            -8.463,
        ),
    ),
    sit=(
        0.163,  # pitch and roll, sitting against standing, in a short stretch
        0.1242,  # a tenth of the same, in a stretch of any length
        0.3536,  # calm, in a short stretch
        0.7627,  # little sway, in a long stretch
        -0.3893,  # much sway, in a long stretch
        -0.0739,  # little stepping-band movement, in a long stretch
        -0.0507,  # a long stretch
        0.0063,  # the length of a long stretch, in e-folds
        -0.1685,  # steps in a long stretch: square root of the share of seconds with some
    ),
    stand=(
        0.8452,  # upright enough for standing (-1: calm, and tilted too far)
    ),
    walk=(
        0.7252,  # log-odds of stepping
        0.2422,  # walking at all
        1.9589,  # upright enough for walking (-1: tilted too far)
        0.045,  # pitch as in sitting, in a short stretch
        -0.5323,  # stepping band of 4 s, in 0.1 g
        -0.1003,  # its square
        0.2318,  # all movement of 1 s, in 0.1 g
        -0.5039,  # its square
        -0.3007,  # stepping band of 3 s, in 0.06 g
        0.0776,  # stepping band of 1 s, in 0.06 g
        -0.0408,  # step rhythm above one half
        0.0979,  # stride rhythm above one half
        -0.1602,  # vertical against horizontal RMS
        -0.0237,  # stepping band times step rhythm
        0.1209,  # stepping band times stride rhythm
    ),
    lie=(
        0.4646,  # tilt, lying against sitting and standing, in a short stretch
        0.2878,  # a tenth of the same, in a stretch of any length
        0.2137,  # calm, and tilted beyond half way to lying
        0.1489,  # a long stretch
    ),
    rise=(
        8.3816,  # velocity [m/s]
        6.6447,  # velocity beyond 0.2 m/s up, 0.15 m/s down [m/s]
        4.0121,  # velocity beyond 0.35 m/s up, 0.3 m/s down [m/s]
        -0.8638,  # velocity the other way [m/s]
        3.6475,  # velocity of a slow movement [m/s]
        1.2718,  # velocity of a slow movement the other way [m/s]
        1.1293,  # forward lean on the way [10 degrees]
        0.5318,  # all movement, log10 above 32 mg
        0.4554,  # log-odds of stepping, in fours
        0.5604,  # pitch changing as it must [10 degrees]
        0.4239,  # pitch changing either way [10 degrees]
    ),
    fall=(
        7.9769,  # velocity [m/s]
        6.0047,  # velocity beyond 0.2 m/s up, 0.15 m/s down [m/s]
        3.8026,  # velocity beyond 0.35 m/s up, 0.3 m/s down [m/s]
        -0.9037,  # velocity the other way [m/s]
        3.3973,  # velocity of a slow movement [m/s]
        1.3831,  # velocity of a slow movement the other way [m/s]
        1.553,  # forward lean on the way [10 degrees]
        0.6634,  # all movement, log10 above 32 mg
        0.2475,  # log-odds of stepping, in fours
        0.6213,  # pitch changing as it must [10 degrees]
        0.4169,  # pitch changing either way [10 degrees]
    ),
    rise_0=-3.7927,
    fall_0=-3.2167,
    sit_stand=-2.9951,
    sit_walk=-5.5718,
    stand_walk=-1.2397,
    sit_lie=-3.6564,
    lie_upright=-7.6954,
)
