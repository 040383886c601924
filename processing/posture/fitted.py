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
            -6.746,
            -6.728,
            -6.685,
            -6.611,
            -6.519,
            -6.431,
            -6.359,
            -6.277,
            -6.125,
            -5.875,
            -5.568,
            -5.27,
            -5.016,
            -4.815,
            -4.663,
            -4.552,
            -4.469,
            -4.393,
            -4.303,
            -4.2,
            -4.114,
            -4.08,
            -4.116,
            -4.22,
            -4.37,
            -4.54,
            -4.717,
            -4.916,
            -5.167,
            -5.491,
            -5.869,
            -6.239,
            -6.517,
            -6.668,
            -6.726,
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
            -8.159,
            -8.126,
            -8.051,
            -7.928,
            -7.664,
            -6.963,
            -5.75,
            -4.512,
            -3.578,
            -3.028,
            -2.861,
            -3.058,
            -3.603,
            -4.475,
            -5.624,
            -6.844,
            -7.638,
            -7.953,
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
            -8.532,
            -8.486,
            -8.359,
            -8.058,
            -7.629,
            -7.303,
            -7.238,
            -7.369,
            -7.174,
            -6.392,
            -5.572,
            -4.915,
            -4.381,
            -3.946,
            -3.609,
            -3.375,
            -3.26,
            -3.304,
            -3.545,
            -4.017,
            -4.744,
            -5.737,
            -6.929,
            -7.994,
            -8.463,
        ),
    ),
    sit=(
        0.1633,  # pitch and roll, sitting against standing, in a short stretch
        0.1252,  # a tenth of the same, in a stretch of any length
        0.3533,  # calm, in a short stretch
        0.7584,  # little sway, in a long stretch
        -0.3865,  # much sway, in a long stretch
        -0.0716,  # little stepping-band movement, in a long stretch
        -0.0508,  # a long stretch
        0.005,  # the length of a long stretch, in e-folds
        -0.1742,  # steps in a long stretch: square root of the share of seconds with some
    ),
    stand=(
        0.8546,  # upright enough for standing (-1: calm, and tilted too far)
    ),
    walk=(
        0.7742,  # log-odds of stepping
        0.1831,  # walking at all
        1.9616,  # upright enough for walking (-1: tilted too far)
        0.045,  # pitch as in sitting, in a short stretch
        -0.5645,  # stepping band of 4 s, in 0.1 g
        -0.1111,  # its square
        0.2069,  # all movement of 1 s, in 0.1 g
        -0.5231,  # its square
        -0.3445,  # stepping band of 3 s, in 0.06 g
        0.0242,  # stepping band of 1 s, in 0.06 g
        0.0169,  # step rhythm above one half
        0.0381,  # stride rhythm above one half
        0.1195,  # vertical against horizontal RMS
        -0.0579,  # stepping band times step rhythm
        0.1464,  # stepping band times stride rhythm
    ),
    lie=(
        0.4643,  # tilt, lying against sitting and standing, in a short stretch
        0.2884,  # a tenth of the same, in a stretch of any length
        0.2147,  # calm, and tilted beyond half way to lying
        0.1487,  # a long stretch
    ),
    rise=(
        8.3182,  # velocity [m/s]
        6.5784,  # velocity beyond 0.2 m/s up, 0.15 m/s down [m/s]
        3.9935,  # velocity beyond 0.35 m/s up, 0.3 m/s down [m/s]
        -0.8357,  # velocity the other way [m/s]
        3.5683,  # velocity of a slow movement [m/s]
        1.2898,  # velocity of a slow movement the other way [m/s]
        1.1276,  # forward lean on the way [10 degrees]
        0.5298,  # all movement, log10 above 32 mg
        0.5372,  # log-odds of stepping, in fours
        0.5811,  # pitch changing as it must [10 degrees]
        0.4204,  # pitch changing either way [10 degrees]
    ),
    fall=(
        7.9369,  # velocity [m/s]
        6.017,  # velocity beyond 0.2 m/s up, 0.15 m/s down [m/s]
        3.8067,  # velocity beyond 0.35 m/s up, 0.3 m/s down [m/s]
        -0.9814,  # velocity the other way [m/s]
        3.404,  # velocity of a slow movement [m/s]
        1.357,  # velocity of a slow movement the other way [m/s]
        1.571,  # forward lean on the way [10 degrees]
        0.6232,  # all movement, log10 above 32 mg
        0.3332,  # log-odds of stepping, in fours
        0.6221,  # pitch changing as it must [10 degrees]
        0.4185,  # pitch changing either way [10 degrees]
    ),
    rise_0=-3.7361,
    fall_0=-3.2237,
    sit_stand=-3.0113,
    sit_walk=-5.5299,
    stand_walk=-1.3505,
    sit_lie=-3.6524,
    lie_upright=-7.7175,
    stepping=(
        2.45,  # constant
        4.96,  # log10 of the RMS in the stepping band [g]
        2.59,  # log10 of vertical over horizontal RMS
        2.92,  # step rhythm
        6.8,  # stride rhythm
    ),
    usual_pause_deg=1.2,
)
