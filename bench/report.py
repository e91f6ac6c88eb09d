def write_report(parts, docs): pass
