"""Made by `sitstreak fit`; do not edit."""

from __future__ import annotations

from typing import Final

from processing.posture.posture_model import Angles, PostureModel

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
            -6.744,
            -6.722,
            -6.673,
            -6.595,
            -6.502,
            -6.42,
            -6.358,
            -6.282,
            -6.13,
            -5.876,
            -5.567,
            -5.268,
            -5.013,
            -4.81,
            -4.658,
            -4.549,
            -4.47,
            -4.397,
            -4.307,
            -4.203,
            -4.115,
            -4.08,
            -4.116,
            -4.22,
            -4.37,
            -4.54,
            -4.718,
            -4.916,
            -5.168,
            -5.493,
            -5.872,
            -6.241,
            -6.519,
            -6.669,
            -6.727,
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
            -8.166,
            -8.157,
            -8.121,
            -8.042,
            -7.913,
            -7.651,
            -6.97,
            -5.763,
            -4.518,
            -3.578,
            -3.025,
            -2.858,
            -3.058,
            -3.605,
            -4.481,
            -5.638,
            -6.864,
            -7.649,
            -7.956,
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
            -3.608,
            -3.374,
            -3.26,
            -3.304,
            -3.546,
            -4.018,
            -4.745,
            -5.737,
            -6.929,
            -7.994,
            -8.463,
        ),
    ),
    sit=(
        0.1611,  # pitch and roll, sitting against standing, in a short stretch
        0.1269,  # a tenth of the same, in a stretch of any length
        0.366,  # calm, in a short stretch
        0.744,  # little sway, in a long stretch
        -0.3847,  # much sway, in a long stretch
        -0.0578,  # little stepping-band movement, in a long stretch
        -0.0557,  # a long stretch
        0.0011,  # the length of a long stretch, in e-folds
        -0.167,  # steps in a long stretch: square root of the share of seconds with some
    ),
    stand=(
        0.8607,  # upright enough for standing (-1: calm, and tilted too far)
    ),
    walk=(
        0.7549,  # log-odds of stepping
        0.1225,  # walking at all
        1.9618,  # upright enough for walking (-1: tilted too far)
        0.0449,  # pitch as in sitting, in a short stretch
        -0.5678,  # stepping band of 4 s, in 0.1 g
        -0.1339,  # its square
        0.2258,  # all movement of 1 s, in 0.1 g
        -0.5514,  # its square
        -0.35,  # stepping band of 3 s, in 0.06 g
        0.0471,  # stepping band of 1 s, in 0.06 g
        0.0302,  # step rhythm above one half
        0.0472,  # stride rhythm above one half
        0.1318,  # vertical against horizontal RMS
        -0.055,  # stepping band times step rhythm
        0.1523,  # stepping band times stride rhythm
    ),
    lie=(
        0.4663,  # tilt, lying against sitting and standing, in a short stretch
        0.2885,  # a tenth of the same, in a stretch of any length
        0.2138,  # calm, and tilted beyond half way to lying
        0.1486,  # a long stretch
    ),
    rise=(
        8.2665,  # velocity [m/s]
        6.4936,  # velocity beyond 0.2 m/s up, 0.15 m/s down [m/s]
        4.0009,  # velocity beyond 0.35 m/s up, 0.3 m/s down [m/s]
        -0.7186,  # velocity the other way [m/s]
        3.6557,  # velocity of a slow movement [m/s]
        1.3975,  # velocity of a slow movement the other way [m/s]
        1.0739,  # forward lean on the way [10 degrees]
        0.5515,  # all movement, log10 above 32 mg
        0.7407,  # log-odds of stepping, in fours
        0.5822,  # pitch changing as it must [10 degrees]
        0.4329,  # pitch changing either way [10 degrees]
    ),
    fall=(
        7.883,  # velocity [m/s]
        5.9969,  # velocity beyond 0.2 m/s up, 0.15 m/s down [m/s]
        3.8692,  # velocity beyond 0.35 m/s up, 0.3 m/s down [m/s]
        -0.9882,  # velocity the other way [m/s]
        3.3019,  # velocity of a slow movement [m/s]
        1.322,  # velocity of a slow movement the other way [m/s]
        1.542,  # forward lean on the way [10 degrees]
        0.6027,  # all movement, log10 above 32 mg
        0.3561,  # log-odds of stepping, in fours
        0.6366,  # pitch changing as it must [10 degrees]
        0.4232,  # pitch changing either way [10 degrees]
    ),
    rise_0=-3.6061,
    fall_0=-3.2954,
    sit_stand=-2.9535,
    sit_walk=-5.4232,
    stand_walk=-1.3513,
    sit_lie=-3.647,
    lie_upright=-7.7631,
    stepping=(
        2.58,  # constant
        4.98,  # log10 of the RMS in the stepping band [g]
        2.57,  # log10 of vertical over horizontal RMS
        2.9,  # step rhythm
        6.81,  # stride rhythm
    ),
    usual_pause_deg=1.2,
)
