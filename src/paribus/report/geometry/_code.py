"""The same layer as a line of Keras, and in PyTorch, with what is not the same there."""

from paribus.report.geometry._settings import LayerSettings


def keras_line(layer: LayerSettings) -> str:
    """Return the line to copy."""
    one_axis = len(layer.sizes) == 1
    if layer.kind == "pool":
        strides = "" if layer.strides == layer.window else f", strides={_tuple(layer.strides, bare=one_axis)}"
        return f'keras.layers.{layer.name}({_tuple(layer.window, bare=one_axis)}{strides}, padding="{layer.padding}")'
    options = [f"strides={_tuple(layer.strides, bare=one_axis)}"] if max(layer.strides) > 1 else []
    options.append(f'padding="{layer.padding}"')
    if layer.output_padding is not None:
        options.append(f"output_padding={_tuple(layer.output_padding, bare=one_axis)}")
    if max(layer.dilation) > 1:
        options.append(f"dilation_rate={_tuple(layer.dilation, bare=one_axis)}")
    return f"keras.layers.{layer.name}(filters, {_tuple(layer.window, bare=one_axis)}, {', '.join(options)})"


def torch_lines(layer: LayerSettings) -> tuple[str, ...]:
    """Return the lines that compute the same in PyTorch, with a comment where a plain `padding=` would not."""
    if layer.kind == "transpose":
        return _transposed(layer)
    pads = [(axis.before, axis.after) for axis in layer.geometry.axes]
    even = all(before == after for before, after in pads)
    axes = len(layer.sizes)
    lines: list[str] = []
    if not even:
        around = ", ".join(f"{before}, {after}" for before, after in reversed(pads))
        value = ', value=float("-inf")' if layer.kind == "pool" else ""
        lines += [
            f"# PyTorch pads both sides alike; Keras puts {_amounts(pads)}",
            f"x = torch.nn.functional.pad(x, ({around}){value})",
        ]
    padding = tuple(before for before, _ in pads) if even else (0,) * axes
    if layer.kind == "pool":
        lines += _pool(layer, padding, even=even)
    else:
        lines.append(
            f"torch.nn.Conv{axes}d(channels, filters, {_tuple(layer.window)}, stride={_tuple(layer.strides)}, padding={_tuple(padding)}, "
            f"dilation={_tuple(layer.dilation)})"
        )
    return tuple(lines)


def _pool(layer: LayerSettings, padding: tuple[int, ...], *, even: bool) -> list[str]:
    axes = len(layer.sizes)
    average = (
        f"torch.nn.AvgPool{axes}d(..., count_include_pad=False)"
        if even
        else "no line of PyTorch for average pooling, which would have to leave the padding out of the mean"
    )
    return [
        f"torch.nn.MaxPool{axes}d({_tuple(layer.window)}, stride={_tuple(layer.strides)}, padding={_tuple(padding)})",
        f"# average: {average}",
    ]


def _transposed(layer: LayerSettings) -> tuple[str, ...]:
    """Return a transposed convolution, and the cut that Keras makes where PyTorch's is another."""
    axes = len(layer.sizes)
    cuts = [
        (axis.step.span - 1 - axis.before, axis.step.span - 1 - axis.after) for axis in layer.geometry.axes
    ]
    plain = f"torch.nn.ConvTranspose{axes}d(channels, filters, {_tuple(layer.window)}, stride={_tuple(layer.strides)}"
    dilated = f", dilation={_tuple(layer.dilation)}" if max(layer.dilation) > 1 else ""
    if all(before == after for before, after in cuts):
        return (f"{plain}, padding={_tuple(tuple(before for before, _ in cuts))}{dilated})",)
    more = tuple(max(0, -after) for _, after in cuts)
    extra = f", output_padding={_tuple(more)}" if any(more) else ""
    around = ", ".join(f"{-before}, {-max(0, after)}" for before, after in reversed(cuts))
    cut = any(before or after > 0 for before, after in cuts)
    lines = [f"x = {plain}{extra}{dilated})(x)"]
    if cut:
        lines = [
            "# PyTorch cuts both sides alike; a negative amount cuts",
            *lines,
            f"x = torch.nn.functional.pad(x, ({around}))",
        ]
    return tuple(lines)


def _amounts(pads: list[tuple[int, int]]) -> str:
    return " and ".join(
        f"{before} before, {after} after axis {axis + 1}" for axis, (before, after) in enumerate(pads)
    )


def _tuple(numbers: tuple[int, ...], *, bare: bool = False) -> str:
    if bare or len(set(numbers)) == 1:
        return str(numbers[0])
    return f"({', '.join(map(str, numbers))})"
