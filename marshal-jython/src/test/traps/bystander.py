# Shows what registries have.
import copy_reg, logging, warnings


def shown():
    print sorted((t.__name__, f.__module__) for t, f in copy_reg.dispatch_table.items())
    print sorted(copy_reg._extension_registry.items()), copy_reg._inverted_registry
    print [(action, text.pattern if text else None) for action, text, _, _, _ in warnings.filters]
    print warnings.onceregistry, logging.getLevelName(17)
