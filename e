campgen: cannot read "": No such file or directory
