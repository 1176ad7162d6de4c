"""What a figure says about its indicator, in Dutch words."""

from crisis.figures import FigureKind

KIND_WORDS = {
    FigureKind.TARGET: "doel",
    FigureKind.PLEDGED: "toegezegd",
    FigureKind.REALISED: "gerealiseerd",
    FigureKind.OCCUPIED: "bezet",
    FigureKind.OBSERVED: "waargenomen",
}
